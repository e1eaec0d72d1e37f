import base64
import io

from PIL import Image

from bookbuild.prepare import schemes


def png(colour):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(buffer, "PNG")
    return buffer.getvalue()


def embedded(colour):
    return f"data:image/png;base64,{base64.b64encode(png(colour)).decode()}"


def test_a_colour_counts_in_upper_and_lower_case():
    colours = {"#1d5fa8": "#7fb4f0"}
    assert schemes.recolour("#1D5FA8 #1d5fa8", colours) == "#7fb4f0 #7fb4f0"


def test_other_colours_and_longer_words_stay():
    text = "#1d5fa9 #1d5fa8ff #1d5 url(#1d5fa8b)"
    assert schemes.recolour(text, {"#1d5fa8": "#7fb4f0"}) == text


def test_a_picture_inside_a_figure_keeps_its_colours():
    picture = embedded("#1d5fa8")
    svg = f'<svg fill="#1d5fa8"><image href="{picture}"/></svg>'
    night = schemes.recolour(svg, {"#1d5fa8": "#7fb4f0"})
    assert picture in night
    assert 'fill="#7fb4f0"' in night


def test_each_embedded_picture_becomes_a_file_in_its_place():
    files = []

    def add(suffix, content):
        files.append(content)
        return f"there/{len(files)}{suffix}"

    html = f'<img src="{embedded("red")}"><b>x</b><img src="{embedded("blue")}">'
    assert schemes.extract_pictures(html, add) == (
        '<img src="there/1.webp"><b>x</b><img src="there/2.webp">'
    )
    for file, expected in zip(files, [(255, 0, 0), (0, 0, 255)], strict=True):
        with Image.open(io.BytesIO(file)) as picture:
            assert picture.format == "WEBP"
            assert picture.size == (4, 3)
            pixel = picture.convert("RGB").getpixel((1, 1))
        assert pixel == expected


def test_a_small_picture_loses_nothing_and_a_large_one_what_is_not_seen():
    for size in 32, 256:
        noise = Image.effect_noise((size, size), 50)
        png = io.BytesIO()
        noise.save(png, "PNG")
        suffix, content = schemes.compress(png.getvalue())
        with Image.open(io.BytesIO(content)) as picture:
            assert f".{picture.format.lower()}" == suffix
            same = picture.convert("L").tobytes() == noise.tobytes()
        assert same == (size == 32)


def test_html_without_pictures_adds_no_file():
    html = '<table><tr><td style="color: #1d5fa8">1</td></tr></table>'
    assert schemes.extract_pictures(html, None) == html
