"""The stage of the book: what its pages show beside the subject."""
