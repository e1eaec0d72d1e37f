"""HTML to the book's pages: formulas, tooltips, policies and the font, whatever made the HTML."""
