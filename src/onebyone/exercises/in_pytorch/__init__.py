"""The cases of the exercises that need PyTorch, in one module a page."""
