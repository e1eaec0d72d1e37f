"""The channel mixer: a matrix for a pixel's channels, and the photograph under it."""

import base64
import html
from collections.abc import Sequence

import numpy as np

from onebyone.book.widgets.cube import draw_cube
from onebyone.book.widgets.widget import Widget
from onebyone.images import encode_png, photograph, pictures

Mix = tuple[Sequence[Sequence[float]], Sequence[float]]

CHANNELS = ("red", "green", "blue")
# Weights row by row, then biases.
MIXES: dict[str, Mix] = {
    "identity": ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]),
    "scalar × identity": ([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]], [0, 0, 0]),
    "luma": ([[0.299, 0.587, 0.114]] * 3, [0, 0, 0]),
    "sepia": (
        [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]],
        [0, 0, 0],
    ),
    "red and blue exchanged": ([[0, 0, 1], [0, 1, 0], [1, 0, 0]], [0, 0, 0]),
    "green alone": ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], [0, 0, 0]),
    "negative": ([[-1, 0, 0], [0, -1, 0], [0, 0, -1]], [1, 1, 1]),
}


def channel_mixer() -> Widget:
    """Return the photograph before and after a 3×3 matrix and a bias, with a slider for each number.

    Source:
        The browser filters the picture: W3C, "Filter Effects Module Level 1", `feColorMatrix`.

    Examples:
        >>> channel_mixer()
        Widget('mixer')
    """
    weight, bias = MIXES["scalar × identity"]
    rows = [[*row, offset] for row, offset in zip(weight, bias, strict=True)]
    head = "".join(f'<th scope="col">{name} in</th>' for name in CHANNELS)
    body = "".join(
        f'<tr><th scope="row">{out} out</th>'
        + "".join(
            f'<td data-in="{part}">{_slider(f"{out} out: {part}", value, "data-entry")}</td>'
            for part, value in zip(
                (*(f"{name} in" for name in CHANNELS), "bias"), row, strict=True
            )
        )
        + "</tr>"
        for out, row in zip(CHANNELS, rows, strict=True)
    )
    presets = "".join(
        f'<button type="button" data-mix="{_mix(*mix)}" aria-pressed="{str(mix == (weight, bias)).lower()}">'
        f"{name}</button>"
        for name, mix in MIXES.items()
    )
    pixels = pictures({"photograph": photograph()}).titled["photograph"]
    picture = base64.b64encode(encode_png(pixels)).decode()
    matrix = " ".join(f"{a} {b} {c} 0 {d}" for a, b, c, d in rows)
    return Widget(
        "mixer",
        '<div class="widget mixer" data-script="mixer.js"><div class="seen">'
        '<figure><svg viewBox="0 0 256 256" width="128" height="128" role="img" aria-label="The photograph">'
        f'<image id="unmixed" href="data:image/png;base64,{picture}" width="256" height="256"/></svg>'
        "<figcaption>before</figcaption></figure>"
        '<figure><svg viewBox="0 0 256 256" width="256" height="256" role="img" '
        'aria-label="The photograph through the matrix">'
        '<filter id="mix" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">'
        f'<feColorMatrix values="{matrix} 0 0 0 1 0"/></filter><use href="#unmixed" filter="url(#mix)"/></svg>'
        f"<figcaption>after</figcaption></figure><figure>{draw_cube(np.array(weight), np.array(bias))}"
        "<figcaption>its colours</figcaption></figure>"
        '<p role="status">This is a scaling by 0.5.</p></div>'
        f'<div class="presets" role="group" aria-label="Matrices">{presets}</div>'
        '<div class="scalar"><span>the scalar s, all of the diagonal</span> '
        f"{_slider('the scalar', 0.5, 'data-scalar')}</div>"
        f'<table class="matrix"><thead><tr><td></td>{head}<th scope="col">bias</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
        # A slider that is dragged near a mark stops at it.
        '<datalist id="marks"><option value="0"></option><option value="1"></option></datalist></div>',
    )


def _mix(weight: Sequence[Sequence[float]], bias: Sequence[float]) -> str:
    numbers = [
        number
        for row, offset in zip(weight, bias, strict=True)
        for number in (*row, offset)
    ]
    return " ".join(map(str, numbers))


def _slider(label: str, value: float, mark: str) -> str:
    return (
        f'<input type="range" {mark} aria-label="{html.escape(label)}" min="-1" max="2" step="0.001" '
        f'value="{value}" list="marks" autocomplete="off"><span>{value:.3f}</span>'
    )
