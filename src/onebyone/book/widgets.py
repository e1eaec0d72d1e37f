"""What a reader moves on a page: the initial HTML is written here, and docs/assets/scripts brings it to life."""

import base64
import html
from collections.abc import Sequence

from onebyone import cost
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
# C_in, C_out, kernel size, width of the bottleneck, height, width: GoogLeNet's Table 1, and the model of chapter 4.
LAYERS = {
    "Inception 3a, 5×5": (192, 32, 5, 16, 28, 28),
    "Inception 3a, 3×3": (192, 128, 3, 96, 28, 28),
    "Inception 4e, 5×5": (528, 128, 5, 32, 14, 14),
    "Inception 5b, 3×3": (832, 384, 3, 192, 7, 7),
    "512 maps through 64": (512, 512, 3, 64, 256, 256),
}
FIELDS = {  # name in the address: label, largest value
    "c_in": ("input channels", 4096),
    "c_out": ("output channels", 4096),
    "kernel": ("kernel size", 31),
    "bottleneck": ("bottleneck width", 4096),
    "height": ("height", 4096),
    "width": ("width", 4096),
}


class Widget:
    """HTML that a notebook shows."""

    def __init__(self, name: str, content: str) -> None:
        self.name = name
        self.content = content

    def __repr__(self) -> str:
        return f"Widget({self.name!r})"

    def _repr_html_(self) -> str:
        return self.content


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
        f'<button type="button" data-mix="{_mix(*mix)}">{name}</button>'
        for name, mix in MIXES.items()
    )
    pixels = pictures({"photograph": photograph()}).titled["photograph"]
    picture = base64.b64encode(encode_png(pixels)).decode()
    matrix = " ".join(f"{a} {b} {c} 0 {d}" for a, b, c, d in rows)
    return Widget(
        "mixer",
        '<div class="widget mixer" data-script="mixer.js"><div class="seen">'
        '<svg viewBox="0 0 256 256" width="128" height="128" role="img" aria-label="The photograph">'
        f'<image id="unmixed" href="data:image/png;base64,{picture}" width="256" height="256"/></svg>'
        '<svg viewBox="0 0 256 256" width="256" height="256" role="img" '
        'aria-label="The photograph through the matrix">'
        '<filter id="mix" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">'
        f'<feColorMatrix values="{matrix} 0 0 0 1 0"/></filter><use href="#unmixed" filter="url(#mix)"/></svg>'
        '<p role="status">This is a scaling by 0.5.</p></div>'
        f'<div class="presets" role="group" aria-label="Matrices">{presets}</div>'
        '<div class="scalar"><span>the scalar s, all of the diagonal</span> '
        f"{_slider('the scalar', 0.5, 'data-scalar')}</div>"
        f'<table class="matrix"><thead><tr><td></td>{head}<th scope="col">bias</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
        # A slider that is dragged near a mark stops at it.
        '<datalist id="marks"><option value="0"></option><option value="1"></option></datalist></div>',
    )


def cost_explorer() -> Widget:
    """Return what a convolution costs directly and through a bottleneck, with a field for each number.

    Examples:
        >>> cost_explorer()
        Widget('explorer')
    """
    layer = LAYERS["Inception 3a, 5×5"]
    fields = "".join(
        f'<label>{label} <input type="number" name="{name}" value="{value}" min="1" max="{most}" required '
        'autocomplete="off"></label>'
        for (name, (label, most)), value in zip(
            FIELDS.items(), layer, strict=True
        )
    )
    presets = "".join(
        f'<button type="button" data-layer="{" ".join(map(str, numbers))}">{name}</button>'
        for name, numbers in LAYERS.items()
    )
    c_in, c_out, k, m, height, width = layer
    pixels = height * width
    direct = cost.parameters(c_in, c_out, k, bias=False)
    through = cost.parameters(c_in, m, 1, bias=False) + cost.parameters(
        m, c_out, k, bias=False
    )
    widest = cost.break_even_width(c_in, c_out, k)
    return Widget(
        "explorer",
        '<form class="widget explorer" id="cost-explorer" data-script="explorer.js">'
        f'<div class="presets" role="group" aria-label="Layers">{presets}</div>'
        f'<div class="fields">{fields}</div>'
        f"{_bars('Weights', 'weights', direct, through)}"
        f"{_bars('Multiply-accumulates', 'macs', direct * pixels, through * pixels)}"
        f'<p class="decides"><span>{m} · ({c_in} + {k}² · {c_out}) = {through:,}</span> '
        f"<span>&lt; {direct:,} = {k}² · {c_in} · {c_out}</span></p>"
        f'<p role="status">A bottleneck of {m} channels has {through / direct:.1%} of the weights: it pays. '
        f"It pays up to {widest} channels.</p></form>",
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


def _bars(title: str, name: str, direct: int, through: int) -> str:
    most = max(direct, through)

    def bar(label: str, form: str, count: int) -> str:
        return (
            f'<dt>{label}</dt><dd class="track"><span style="width:{count / most:.2%}"></span></dd>'
            f'<dd data-count="{name} {form}">{count:,}</dd>'
        )

    return (
        f'<p>{title}</p><dl style="--at:{direct / most:.2%}">{bar("direct", "direct", direct)}'
        f'{bar("bottleneck", "through", through)}<dd class="even"><span>break-even</span></dd></dl>'
    )
