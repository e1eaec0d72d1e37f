"""Each test here that asks for a page runs on every page of the built site."""

import os

import pytest

from . import built


def pytest_generate_tests(metafunc):
    if "page_path" in metafunc.fixturenames:
        metafunc.parametrize(
            "page_path", built.PAGES or [pytest.param("", id="no site")]
        )


@pytest.fixture(autouse=True, scope="session")
def _site_is_there():
    if not built.THERE:
        if (
            "BOOK_SITE" in os.environ
        ):  # whoever names a site means to have it tested
            pytest.fail(built.MISSING, pytrace=False)
        pytest.skip(built.MISSING)


@pytest.fixture(scope="session")
def weights(request):
    """Page weights by page, printed when all tests have run."""
    return request.config.stash.setdefault(WEIGHTS, {})


WEIGHTS = pytest.StashKey[dict]()


def pytest_terminal_summary(terminalreporter, config):
    table = config.stash.get(WEIGHTS, {})
    if not table:
        return
    kinds = list(next(iter(table.values())))
    terminalreporter.section(
        "page weights in kB: what a reader of the light scheme downloads"
    )
    terminalreporter.write_line(
        f"{'page':40}" + "".join(f"{kind:>8}" for kind in [*kinds, "all"])
    )
    for page, sizes in sorted(table.items()):
        total = sum(sizes.values()) - sizes["gzip"]
        cells = [*(sizes[kind] for kind in kinds), total]
        terminalreporter.write_line(
            f"{page:40}" + "".join(f"{size / 1000:8.1f}" for size in cells)
        )
