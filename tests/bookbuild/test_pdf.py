"""Pages of a site, joined to one page that is then printed."""

import io

import pikepdf
import pytest

from bookbuild.finish import pdf

from ..site.conftest import installed

HOME = "https://book.example/it/"
PAGE = """<!doctype html><html><head><link rel="canonical" href="{address}">
<link rel="stylesheet" href="{up}style.css"></head><body><nav>all pages</nav><article>
<h1 id="title">{title}<a class="headerlink" href="#title">¶</a></h1>{body}</article>
<footer>{next}</footer></body></html>"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "second").mkdir()
    (tmp_path / "index.html").write_text(
        PAGE.format(
            address=HOME,
            up="",
            title="First",
            next='<a class="md-footer__link md-footer__link--next" href="second/">Second</a>',
            body='<p><a href="second/#part">there</a> <a href="first.ipynb">file</a></p>'
            '<img src="a.svg#only-light" loading="lazy"><img src="b.svg#only-dark">'
            '<svg><filter id="mix"></filter><image filter="url(#mix)"></image></svg>',
        )
    )
    (tmp_path / "second/index.html").write_text(
        PAGE.format(
            address=f"{HOME}second/",
            up="../",
            title="Second",
            next="",
            body='<h2 id="part">Part</h2><details><p>open</p></details><a href="..">back</a>',
        )
    )
    return tmp_path


@pytest.fixture
def book(site):
    return pdf.join(pdf.read_pages(site), "Book", "Of two pages.")


def test_the_pages_come_in_the_order_of_their_next_links(site):
    assert list(pdf.read_pages(site)) == [HOME, f"{HOME}second/"]


def test_a_link_to_a_page_leads_inside_and_one_to_a_file_to_the_site(book):
    links = {a.text: a.get("href") for a in book.xpath("//p/a | //article/a")}
    assert links["there"] == "#second--part"
    assert links["back"] == "#home"
    assert links["file"] == f"{HOME}first.ipynb"


def test_every_id_occurs_once_and_every_place_is_there(book):
    ids = book.xpath("//@id")
    assert len(ids) == len(set(ids))
    inside = {href for href in book.xpath("//@href") if href.startswith("#")}
    assert inside <= {f"#{each}" for each in ids}
    assert book.xpath("//image/@filter") == ["url(#home--mix)"]


def test_the_contents_list_each_page_and_its_sections(book):
    listed = book.xpath("//ul[@class='contents']//a")
    assert [(a.text, a.get("href")) for a in listed] == [
        ("First", "#home"),
        ("Second", "#second"),
        ("Part", "#second--part"),
    ]


def test_only_articles_are_left_with_open_boxes_and_figures_of_one_scheme(book):
    assert not book.xpath("//nav | //a[@class='headerlink']")
    assert book.xpath("//details/@open")
    assert book.xpath("//img/@src") == [f"{HOME}a.svg#only-light"]
    assert not book.xpath("//img/@loading")
    assert book.xpath("//link/@href") == [f"{HOME}style.css"]


def test_a_pdf_gets_its_titles(tmp_path):
    with pikepdf.new() as document:
        document.add_blank_page()
        with document.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Alltitles", 0))
            outline.root[0].children.append(pikepdf.OutlineItem("Onetitle", 0))
        document.docinfo["/Title"] = "Book"
        document.save(tmp_path / "a.pdf")
    printed, titles = (tmp_path / "a.pdf").read_bytes(), ["All titles", "One"]
    with pikepdf.open(io.BytesIO(pdf.tidy(printed, titles))) as document:
        assert dict(document.docinfo) == {"/Title": "Book"}
        with document.open_outline() as outline:
            (item,) = outline.root
            assert [item.title, item.children[0].title] == titles
    with pytest.raises(ValueError, match="shorter"):
        pdf.tidy(printed, titles[:1])


def test_a_pdf_holds_each_picture_once():
    def picture(document, pixels):
        stream = pikepdf.Stream(document, pixels)
        return {"/P": document.make_indirect(stream)}

    shades = (b"a", b"b", b"a")
    with pikepdf.new() as document:
        for shade in shades:
            page = document.add_blank_page()
            objects = picture(document, 1000 * shade)
            for each in objects.values():
                each.Type, each.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
                each.Width, each.Height, each.BitsPerComponent = 100, 10, 8
                each.ColorSpace = pikepdf.Name.DeviceGray
            page.Resources = pikepdf.Dictionary(XObject=objects)
        printed = io.BytesIO()
        document.save(printed)
    with pikepdf.open(io.BytesIO(pdf.tidy(printed.getvalue(), []))) as document:
        kept = [page.Resources.XObject["/P"] for page in document.pages]
        assert [each.read_bytes()[:1] for each in kept] == list(shades)
        assert kept[0].objgen == kept[2].objgen != kept[1].objgen


@pytest.mark.skipif(not installed(), reason="no browser to print with")
def test_a_book_is_printed_with_all_of_its_files_or_not_at_all(book, site):
    with pytest.raises(FileNotFoundError, match=r"none for .*style\.css"):
        pdf.print_page(book, site, installed())
    (site / "style.css").write_text("body { color: black; }")
    (site / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    printed = pdf.print_page(book, site, installed())
    with pikepdf.open(io.BytesIO(printed)) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Book", "Contents", "First", "Second"]
        place = document.Root.Dests["/second--part"][0]
        assert place.objgen == document.pages[-1].obj.objgen
