import base64
import io

import pytest
from nbformat import reads
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from PIL import Image

from bookbuild.prepare.render import ABOVE, BAR, to_markdown, to_notebook

SVG = '<svg xmlns="http://www.w3.org/2000/svg" fill="#1d5fa8"></svg>'
COLOURS = {"#1d5fa8": "#7fb4f0"}


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2), "#1d5fa8").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def display(**data):
    return new_output("display_data", {k.replace("_", "/", 1): v for k, v in data.items()})


def figure(svg=SVG):
    return new_output("display_data", {"image/svg+xml": svg})


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def runnable(source):
    """Find nothing that keeps a cell from running, unless it says so."""
    return "PyTorch" if "torch" in source else None


class Site:
    """What a page published."""

    def __init__(self):
        self.files = {}

    def add(self, suffix, content):
        self.files[suffix] = content
        return f"pictures/a{suffix}", f"../pictures/a{suffix}"

    def render(self, *outputs, source="x", **metadata):
        cell = new_code_cell(source, outputs=list(outputs), metadata=metadata)
        return to_markdown(new_notebook(cells=[cell]), COLOURS, self.add, runnable)


@pytest.fixture
def site():
    return Site()


def test_what_is_neither_picture_nor_html_is_shown_as_text(site):
    page = site.render(display(text_plain="2 < 3"))
    assert "```{ .text .no-copy .nb-out }\n2 < 3\n```" in page.markdown


def test_code_becomes_a_block_and_prose_stays_as_it_is(site):
    cells = [
        new_markdown_cell("# Title\n\n!!! note\n    $x$"),
        new_code_cell("x = 1"),
    ]
    page = to_markdown(new_notebook(cells=cells), {}, site.add, runnable)
    assert page.markdown == (
        "# Title\n\n!!! note\n    $x$\n\n"
        f"```{{ .python .nb-in .nb-run }}\nx = 1\n```\n\n{BAR.format(above='')}\n"
    )


def test_a_second_cell_can_run_what_stands_above_it(site):
    cells = [new_code_cell("import torch"), *map(new_code_cell, "xy")]
    page = to_markdown(new_notebook(cells=cells), {}, site.add, runnable)
    _, x, y = page.markdown.split(".nb-run")
    assert ABOVE not in x
    assert ABOVE in y


def test_a_figure_keeps_its_place_until_it_comes_and_the_first_is_not_late(
    site,
):
    svg = SVG.replace("<svg", "<svg width=\"342.9pt\" height='174.5pt'")
    svg = svg.replace("></svg>", '><path stroke-width="3"/></svg>')
    page = site.render(figure(svg), figure(svg), alt="A line")
    light, night, second, _ = page.markdown.split("{ ")[-4:]
    assert light.startswith(".nb-figure fetchpriority=high width=342 height=174 }")
    assert night.startswith(".nb-figure loading=lazy width=342 height=174 }")
    assert second.startswith(".nb-figure loading=lazy width=342 height=174 }")


def test_code_that_needs_more_than_a_browser_has_says_so(site):
    markdown = site.render(source="import torch").markdown
    assert "nb-run" not in markdown
    assert "<button" not in markdown
    assert markdown.endswith(
        '```{ .python .nb-in }\nimport torch\n```\n\n<p class="nb-needs">'
        "This needs PyTorch: run it in Colab, or on your own machine.</p>\n"
    )


def test_printed_text_cannot_be_copied(site):
    page = site.render(stream("  1\n  2\n\n"))
    assert page.markdown.endswith("```{ .text .no-copy .nb-out }\n  1\n  2\n```\n")
    assert page.warnings == []


def test_a_fence_is_longer_than_any_backticks_inside(site):
    page = site.render(stream("a ````` b"), source='x = "```"')
    code, _, output = page.markdown.split("\n\n")
    assert code == '````{ .python .nb-in .nb-run }\nx = "```"\n````'
    assert output.startswith("``````{ .text")
    assert output.endswith("\n``````\n")


def test_text_on_stderr_gives_a_warning_that_quotes_it(site):
    page = site.render(stream("careful\n", name="stderr"))
    (warning,) = page.warnings
    assert "stderr" in warning
    assert "careful" in warning


def test_an_expected_error_is_shown_without_its_traceback(site):
    error = new_output(
        "error",
        ename="ValueError",
        evalue="\x1b[31mno\x1b[0m",
        traceback=["\x1b[31mTraceback …"],
    )
    page = site.render(error, tags=["raises-exception"])
    assert page.markdown.endswith("```{ .text .no-copy .nb-out .nb-error }\nValueError: no\n```\n")


def test_the_tags_hide_what_they_say(site):
    output = stream("printed")
    assert site.render(output, tags=["remove-cell"]).markdown == ""
    hidden_input = site.render(output, tags=["remove-input"]).markdown
    assert "nb-in" not in hidden_input
    assert "printed" in hidden_input
    hidden_output = site.render(output, tags=["remove-output"]).markdown
    assert "nb-in" in hidden_output
    assert "printed" not in hidden_output


def test_a_hidden_output_publishes_and_warns_of_nothing(site):
    page = site.render(figure(), tags=["remove-output"])
    assert site.files == {}
    assert page.warnings == []


@pytest.mark.parametrize(
    "output",
    [
        figure(),
        display(image_png=png()),
        display(text_html='<img src="x.png">'),
    ],
    ids=["svg", "png", "html"],
)
def test_a_figure_without_alt_text_gives_a_warning(site, output):
    (warning,) = site.render(output).warnings
    assert "without alt text" in warning
    assert site.render(output, alt="What it shows").warnings == []


def test_html_without_a_picture_needs_no_alt_text(site):
    assert site.render(display(text_html="<b>x</b>")).warnings == []


def test_a_figure_is_published_for_both_schemes(site):
    page = site.render(figure(), alt="A [blue] line")
    assert site.files == {
        ".svg": SVG.encode(),
        ".dark.svg": SVG.replace("#1d5fa8", "#7fb4f0").encode(),
    }
    assert "![A blue line](pictures/a.svg#only-light){" in page.markdown
    assert "![A blue line](pictures/a.dark.svg#only-dark){" in page.markdown


def test_a_figure_without_a_known_colour_is_published_once(site):
    page = site.render(figure("<svg/>"), alt="A line")
    assert list(site.files) == [".svg"]
    assert "#only-" not in page.markdown


def test_pictures_are_published_once_and_not_recoloured(site):
    page = site.render(display(image_png=png()), alt="A square")
    assert list(site.files) == [".webp"]
    assert "![A square](pictures/a.webp){" in page.markdown
    with Image.open(io.BytesIO(site.files[".webp"])) as picture:
        red, green, blue = picture.convert("RGB").getpixel((0, 0))
    assert abs(red - 0x1D) + abs(green - 0x5F) + abs(blue - 0xA8) < 24


def test_html_stays_html_with_its_pictures_as_files(site):
    html = f'<p>**x** #1d5fa8 <img src="data:image/png;base64,{png()}"></p>'
    page = site.render(display(text_html=html), display(text_html="<i>y</i>"), alt='A "b" > c')
    assert list(site.files) == [".webp"]
    group = '<div class="nb-html" role="group" aria-label="A &quot;b&quot; &gt; c">'
    first = f'{group}<p>**x** #1d5fa8 <img src="../pictures/a.webp"></p></div>\n'
    assert page.markdown.endswith(f"{first}\n{group}<i>y</i></div>\n")


def test_the_richest_form_of_an_output_is_shown(site):
    data = {"text/plain": "<Figure>", "image/svg+xml": "<svg/>"}
    page = site.render(new_output("display_data", data), alt="A line")
    assert "<Figure>" not in page.markdown


def download(*cells, uri):
    text = to_notebook(
        new_notebook(cells=list(cells)),
        "https://book.org/one/",
        uri,
        "assets/book-1.0-py3-none-any.whl",
    )
    notebook = reads(text, as_version=4)
    install = notebook.cells.pop(0)
    assert install.cell_type == "code"
    assert install.source.endswith(
        "    %pip install --quiet https://book.org/one/assets/book-1.0-py3-none-any.whl"
    )
    assert "import book\n" in install.source
    return notebook


@pytest.mark.parametrize(
    ("uri", "link", "address"),
    [
        ("page.py", "other.py", "other/"),
        ("page.py", "index.py", ""),
        ("page.py", "index.py#anchor", "#anchor"),
        ("page.py", "part/index.py", "part/"),
        ("page.py", "part/words.md#bt601", "part/words/#bt601"),
        ("part/page.py", "other.py", "part/other/"),
        ("part/page.py", "../other.py#a", "other/#a"),
        ("part/page.py", "../index.py", ""),
        ("part/page.py", "../part/my-index.py", "part/my-index/"),
    ],
)
def test_a_downloaded_page_links_to_the_site(uri, link, address):
    notebook = download(new_markdown_cell(f"See [that]({link})."), uri=uri)
    assert notebook.cells[0].source == (f"See [that](https://book.org/one/{address}).")


def test_other_links_of_a_downloaded_page_stay():
    text = "[a](https://x.org/y.md) [b](#z) [c](https://x.org/y.py#z) (d.py)"
    assert download(new_markdown_cell(text), uri="p.py").cells[0].source == text


def test_a_downloaded_page_shows_sources_and_no_front_matter():
    notebook = download(
        new_raw_cell("---\ndescription: x\n---"),
        new_markdown_cell("{{ source bookbuild.prepare.sources.read_module }}"),
        uri="page.py",
    )
    (cell,) = notebook.cells
    assert cell.source.startswith("```python\nimport ast\n")
    assert "in the API" not in cell.source


def test_downloading_leaves_the_page_as_it_was():
    cell = new_markdown_cell("[a](b.py)")
    download(cell, uri="page.py")
    assert cell.source == "[a](b.py)"
