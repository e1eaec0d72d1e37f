"""The solutions that need PyTorch, in one module a page."""
