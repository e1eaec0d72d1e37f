"""What the book draws: one module a page, one function a figure. Needs matplotlib."""
