"""Notebooks to plain Markdown, with the files, links and navigation that it needs."""
