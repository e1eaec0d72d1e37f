"""What the book draws: one function a figure. Needs matplotlib."""
