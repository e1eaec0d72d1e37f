"""The cost explorer: what a layer costs directly and through a bottleneck."""

from onebyone import cost
from onebyone.book.widgets.widget import Widget

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
