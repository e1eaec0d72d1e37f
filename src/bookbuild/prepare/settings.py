"""The book's settings, mkdocs.yml, read without MkDocs, and as the prepared pages need them."""

import os
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

NOTEBOOKS = "mkdocs-jupyter"
# What was done when the pages were prepared.
UNUSED = {"docs_dir", "exclude_docs", "hooks", "watch"}


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
    """YAML with `!ENV [NAME, default]`, as MkDocs reads it."""


def _read_environment(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    assert isinstance(node, yaml.SequenceNode)
    *names, default = loader.construct_sequence(node)
    return next((os.environ[name] for name in names if name in os.environ), default)


_Loader.add_constructor("!ENV", _read_environment)


def load(path: Path) -> dict[str, Any]:
    """Return the settings in a file."""
    settings: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    return settings


def adapt(settings: dict[str, Any], root: Path) -> dict[str, Any]:
    """Return the settings for the prepared pages: the same, less what MkDocs did to notebooks.

    Args:
        settings: The book's.
        root: The book's folder, where the code for the API stays.
    """
    adapted = {k: v for k, v in settings.items() if k not in UNUSED}
    adapted["plugins"] = [_adapt_plugin(p, root) for p in settings["plugins"] if NOTEBOOKS not in p]
    if "nav" in settings:
        adapted["nav"] = _adapt_nav(settings["nav"])
    adapted["theme"] = settings["theme"] | {"custom_dir": "theme"}
    return adapted


def _adapt_nav(item: Any) -> Any:
    if isinstance(item, list):
        return [_adapt_nav(each) for each in item]
    if isinstance(item, dict):
        return {title: _adapt_nav(each) for title, each in item.items()}
    return str(to_markdown_path(item))


def _adapt_plugin(plugin: Any, root: Path) -> Any:
    if not isinstance(plugin, dict) or "mkdocstrings" not in plugin:
        return plugin
    python = plugin["mkdocstrings"]["handlers"]["python"]
    paths = [str(root / path) for path in python["paths"]]
    return {"mkdocstrings": {"handlers": {"python": python | {"paths": paths}}}}


def to_markdown_path(path: str) -> PurePosixPath:
    """Return the path of a page's Markdown: a notebook's ends in .py."""
    uri = PurePosixPath(path)
    return uri.with_suffix(".md") if uri.suffix == ".py" else uri
