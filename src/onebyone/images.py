"""A real picture in, pictures out: with NumPy alone, so that it also runs in a browser."""

import base64
import html
import struct
import zlib
from collections.abc import Mapping
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from onebyone.arguments import arrays


def photograph() -> np.ndarray:
    """Return a photograph of the astronaut Eileen Collins, (3, 256, 256) in RGB, float32 from 0 to 1, gamma-encoded.

    Source:
        NASA, in the public domain; scikit-image's `astronaut`, halved in height and width.

    Examples:
        >>> photograph().shape
        (3, 256, 256)
    """
    with (files("onebyone") / "data/astronaut.npz").open("rb") as file:
        pixels = np.load(file)["pixels"]  # (256, 256, 3), uint8
    channels_first = pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(channels_first, np.float32) / np.float32(255)


class Pictures:
    """Pictures side by side, each with its title."""

    def __init__(self, titled: Mapping[str, np.ndarray]) -> None:
        self.titled = dict(titled)

    def __repr__(self) -> str:
        return f"Pictures({', '.join(self.titled)})"

    def _repr_html_(self) -> str:
        return f'<div class="pictures">{"".join(map(self._figure, self.titled))}</div>'

    def _figure(self, title: str) -> str:
        pixels = self.titled[title]
        height, width = pixels.shape[:2]
        data = base64.b64encode(encode_png(pixels)).decode()
        text = html.escape(title)
        return (
            f'<figure><img src="data:image/png;base64,{data}" alt="{text}" width="{width}" height="{height}" '
            f'loading="lazy"><figcaption>{text}</figcaption></figure>'
        )


def pictures(titled: Mapping[str, npt.ArrayLike]) -> Pictures:
    """Return feature maps of one or three channels as pictures that a notebook shows side by side.

    Args:
        titled: For each title an array, (1, H, W) in grey or (3, H, W) in RGB, from 0 to 1; values outside are
            clipped.

    Raises:
        ValueError: An array has a different shape, or holds NaN.
        TypeError: titled is not a mapping, or an array is not of floating-point numbers.

    Examples:
        >>> pictures({"grey": np.full((1, 2, 2), 0.5)})
        Pictures(grey)
    """
    if not isinstance(titled, Mapping):
        raise TypeError(
            f"titled: expected arrays by title, got {type(titled).__name__}"
        )
    return Pictures({title: _pixels(title, x) for title, x in titled.items()})


def encode_png(pixels: np.ndarray) -> bytes:
    r"""Encode pixels, (H, W) or (H, W, 3) of uint8, as a PNG file.

    Source:
        W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".

    Examples:
        >>> encode_png(np.zeros((2, 2), np.uint8))[:4]
        b'\x89PNG'
    """
    height, width = pixels.shape[:2]
    colour_type = 2 if pixels.ndim == 3 else 0
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    rows = pixels.reshape(height, -1)
    unfiltered = np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes()
    chunks = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(unfiltered, 9)),
        (b"IEND", b""),
    )
    png = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        length, crc = len(data), zlib.crc32(kind + data)
        png += struct.pack(">I", length) + kind + data + struct.pack(">I", crc)
    return png


def _pixels(title: str, x: npt.ArrayLike) -> np.ndarray:
    x = arrays.array(title, x)
    if x.dtype.kind != "f":
        raise TypeError(
            f"{title}: expected floating-point numbers from 0 to 1, got dtype {x.dtype}"
        )
    if x.ndim != 3 or x.shape[0] not in (1, 3) or 0 in x.shape:
        raise ValueError(
            f"{title}: expected (1, H, W) or (3, H, W), got {x.shape}"
        )
    if np.isnan(x).any():
        raise ValueError(
            f"{title}: expected numbers, got NaN in {int(np.isnan(x).sum())} places"
        )
    shown = np.rint(np.clip(x, 0, 1) * 255).astype(np.uint8)
    return shown[0] if len(shown) == 1 else np.moveaxis(shown, 0, -1)
