"""What a page's policy allows is read from the page: no more than the build wrote into it."""

import base64
import hashlib

import pytest

from bookbuild.finish.policy import add_policy, to_policy

CHARACTERS = '<meta charset="utf-8">'


def name(text):
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def allowed(html):
    """Return what each directive of the policy allows."""
    directives = (each.split() for each in to_policy(html).split("; "))
    return {directive: rest for directive, *rest in directives}


def test_a_script_in_the_page_is_allowed_by_its_text_alone():
    text = 'if (1 < 2 && "a") go("&amp;")'
    found = allowed(f"<script>{text}</script><p>go()</p>")
    assert found["script-src"] == ["'self'", name(text)]


@pytest.mark.parametrize(
    "script",
    [
        '<script type="application/json">{"a": 1}</script>',
        '<script defer src="a.js"></script>',
    ],
)
def test_data_and_files_of_the_site_need_no_name(script):
    assert allowed(script)["script-src"] == ["'self'"]


def test_a_style_element_is_allowed_by_its_text_alone():
    found = allowed("<style>p > b { color: red }</style><svg><style>a {}</style></svg>")
    assert found["style-src"] == ["'self'", *sorted(map(name, ["p > b { color: red }", "a {}"]))]
    assert found["script-src"] == ["'self'"]


def test_a_style_attribute_is_allowed_by_its_value_as_the_browser_reads_it():
    html = '<td style="color: &quot;x&quot;">1</td><td style="top: 0">2</td>'
    names = map(name, ['color: "x"', "top: 0"])
    assert allowed(html)["style-src-attr"] == [
        "'unsafe-hashes'",
        *sorted(names),
    ]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://cdn.example/python/", ["https://cdn.example/python/"]),
        ("//cdn.example/python/", ["cdn.example/python/"]),
        ("/python/", []),
        ("../python/", []),
    ],
)
def test_run_may_ask_where_python_is_and_the_site_itself(address, expected):
    found = allowed(f'<script src="run.js" data-python="{address}"></script>')
    assert found["connect-src"] == ["'self'", *expected]
    assert found["script-src"] == ["'self'", "blob:", "'wasm-unsafe-eval'"]
    assert found["worker-src"] == ["'self'", "blob:"]


def test_a_page_without_run_has_no_need_of_python():
    found = allowed("<p>Text</p>")
    assert found["connect-src"] == ["'self'"]
    assert found["worker-src"] == ["'self'"]


@pytest.mark.parametrize("html", ["<head></head>", f"<script>a()</script>{CHARACTERS}"])
def test_a_page_that_could_run_something_before_its_policy_is_refused(html):
    with pytest.raises(ValueError, match=r"^html: expected <meta charset"):
        add_policy(html)
