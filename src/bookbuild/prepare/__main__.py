"""Write the book as plain Markdown into a folder: `python -m bookbuild.prepare OUT`, at the book's root."""

import logging
import sys
from pathlib import Path

from bookbuild.prepare import book

logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
sys.exit(book.write(Path.cwd(), Path(sys.argv[1])) and "the book has warnings")
