"""Draw the book's first picture for the README and for shared links, in both colour schemes."""

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from bookbuild.prepare import settings
from onebyone.book.figures.column import draw_column
from onebyone.book.figures.drawing import INK, ORANGE

BOOK = Path(__file__).parents[1]
FOLDER = BOOK / ".github"


def draw():
    """Return the pictures by the names of their files."""
    dark = settings.load(BOOK / "mkdocs.yml")["extra"]["figure_colours"]
    schemes = {"column": (INK, ORANGE), "column-dark": (dark[INK], dark[ORANGE])}
    return {f"{name}.webp": to_image(draw_column(*pair)) for name, pair in schemes.items()}


def to_image(figure):
    """Return a figure in pixels, on no background."""
    figure.set(dpi=144, facecolor="none")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


if __name__ == "__main__":
    for name, image in draw().items():
        image.save(FOLDER / name, lossless=True, method=6)
