"""A small book with the real hook and the real settings, for tests that build one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from mkdocs.utils.yaml import yaml_load

BOOK = Path(__file__).parents[2]
GOOD = r"""# ---
# description: A page with one of everything.
# ---

# %% [markdown]
# # What is here?
#
# A channel, the [part](part/index.py#second), and $x < y$:
#
# $$
# \sum_{i} x_i \& \frac{a}{b}
# $$
#
# ??? success "Solution"
#     {{ source onebyone.reference.conv1x1 }}

# %% alt="Two grey pixels."
import numpy as np

from onebyone.images import pictures

print("printed")
pictures({"grey": np.full((1, 1, 2), 0.5)})

# %% alt="A rectangle."
from IPython.display import SVG

SVG('<svg xmlns="http://www.w3.org/2000/svg"><path fill="#1d5fa8"/></svg>')

# %% tags=["raises-exception"]
import numpy as np

from onebyone import conv1x1

conv1x1(np.ones((1, 2, 2)), np.ones((1, 2)))
"""
PART = '# %% [markdown]\n# # Part\n#\n# ## Second\n\n# %%\nprint("part")\n'
API = "# API\n\n::: onebyone.reference\n"
GLOSSARY = "# Glossary\n\nchannel\n:   A plane. It is stacked.\n"


class Project:
    """A small book with the real hook, and the real settings of Markdown."""

    def __init__(self, root):
        self.root = root
        settings = yaml_load((BOOK / "mkdocs.yml").read_text())
        settings["theme"] = {"name": "material", "font": False}
        for key in "nav", "extra_css", "extra_javascript":
            settings.pop(key, None)
        self.write("mkdocs.yml", yaml.safe_dump(settings))
        generated = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(BOOK / "src", root / "src", ignore=generated)
        for name in "pyproject.toml", "README.md", "LICENSE":
            shutil.copy(BOOK / name, root)
        self.write("requirements.lock", "")
        self.write("docs/index.py", GOOD)
        self.write("docs/part/index.py", PART)
        self.write("docs/reference/api.md", API)
        self.write("docs/reference/glossary.md", GLOSSARY)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self):
        """Build from another folder, as an editor or a CI job might, by a path from there."""
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        where = ["-f", f"{self.root.name}/mkdocs.yml"]
        ran = subprocess.run(
            [*command, *where],
            cwd=self.root.parent,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": self.root / "src"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout

    def html(self, name):
        return (self.root / "site" / name).read_text(encoding="utf-8")
