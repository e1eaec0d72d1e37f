"""The answers to the exercises: one module for the pages that follow the article, and one for each part beyond."""
