"""A table is put in the order of any of its columns, and loses no row."""

import pytest
from playwright.sync_api import expect

from onebyone.book.networks import count_networks

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser


def column(table, n):
    return table.locator(f"tbody td:nth-child({n + 1})").all_text_contents()


def test_a_head_sorts_the_table_by_its_column_and_back(browser, origin):
    counted = list(count_networks())
    with visiting(
        browser.new_context(), origin, built.address("architectures/index.html")
    ) as visit:
        table = visit.page.locator("table.summary").first
        rows = table.locator("tbody tr")
        before = sorted(rows.all_text_contents())
        work = table.get_by_role("button", name="MACs, M")
        work.click()
        names = [c.name for c in sorted(counted, key=lambda c: c.macs, reverse=True)]
        assert column(table, 0) == names
        expect(table.locator("[aria-sort]")).to_have_attribute("aria-sort", "descending")
        work.press("Enter")
        assert column(table, 0) == names[::-1]
        table.get_by_role("button", name="Network").press("Space")
        assert [name.lower() for name in column(table, 0)] == sorted(c.name for c in counted)
        expect(table.locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")
        assert sorted(rows.all_text_contents()) == before
        assert not visit.failures
