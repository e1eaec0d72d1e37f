"""Kill the whole book's build, spoil its cache, fill its disk, and see what is left: `make survival`.

It needs root, since nobody else can mount a small disk. The build is the recipe of `make docs` without its tests.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.bookbuild.making import contents, different, kill, make, start

from .record import write

BOOK = Path(__file__).parents[1]
LATER = "40"  # days
ROOM = 4_000_000  # bytes: for a part of the site
ELSEWHERE = f"Files that differ in a second clone, elsewhere and {LATER} days later"
WANTED = {
    ELSEWHERE: 0,
    "Kills that spoilt the old site": 0,
    "Kills after which the next build made another site": 0,
    "Spoilt entries of the cache that were made again": "2 of 2",
}
WHILE = {  # what a build is doing, the folder that shows it, and how many files are there when it is killed
    "executing pages": (".cache/pages", "*.cached", [1, 4, 8, 12, 15]),
    "writing the site": (".cache/site", "*", [30, 150]),
    "copying it": ("site.new", "*", [1, 60, 140]),
}


def cloned(folder, of=BOOK):
    subprocess.run(["git", "clone", "--quiet", of, folder], check=True)
    return folder


def built(root, **options):
    """Build, and return the site."""
    status, said = make(root, **options)
    assert status == 0, said
    return contents(root / "site")


def stale(root):
    """Have the next build make the site again: with nothing changed it would do nothing."""
    shutil.rmtree(root / ".cache/site", ignore_errors=True)


def killed(root, folder, pattern, number):
    """Start a build, and kill it when the folder has so many files, and before it goes on to the next."""
    stale(root)
    if folder != ".cache/pages":
        shutil.rmtree(root / folder, ignore_errors=True)
    process = start(root)
    while sum(1 for _ in (root / folder).rglob(pattern)) < number:
        assert process.poll() is None, f"{folder} never had {number} files"
        time.sleep(0.001)
    kill(process)
    if not (root / folder).exists():  # it was copied, and swapped, in the meantime
        killed(root, folder, pattern, number)


def kills(root, clean):
    """Kill builds; return how many, after how many the old site was not whole, and the next site another."""
    shutil.rmtree(root / ".cache")
    found = {}
    old = new = 0
    for doing, (folder, pattern, numbers) in WHILE.items():
        for number in numbers:
            killed(root, folder, pattern, number)
            old += bool(different(clean, contents(root / "site")))
            # The pages go on from kill to kill, so that ten kills do not take ten cold builds.
            if folder != ".cache/pages" or number == numbers[-1]:
                others = different(clean, built(root))
                new += bool(others)
                print(f"killed while {doing}, at {number} files:", *others)
        found[f"Builds killed while {doing}"] = len(numbers)
    return found | {
        "Kills that spoilt the old site": old,
        "Kills after which the next build made another site": new,
    }


def spoilt(root, clean):
    """Flip a bit of a cached page, and cut a cached wheel; return how many were made again."""
    page = sorted((root / ".cache/pages").rglob("*.cached"))[0]
    (wheel,) = (root / ".cache/wheels").rglob("*.whl")
    again = 0
    for path in page, wheel:
        whole = path.read_bytes()
        spoilt = bytearray(whole)
        spoilt[len(whole) // 2] ^= 1
        path.write_bytes(spoilt if path == page else spoilt[:-1000])
        stale(root)
        site = built(root)
        again += path.read_bytes() == whole and not different(clean, site)
    return {"Spoilt entries of the cache that were made again": f"{again} of 2"}


@contextmanager
def small_disk(folder, size):
    folder.mkdir(exist_ok=True)
    disk = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    subprocess.run(disk, check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def said_when_full(root, clean):
    """Build where there is no room; return what the build said, once it has left the old site as it was."""
    stale(root)
    status, said = make(root)
    assert status != 0
    assert not different(clean, contents(root / "site"))
    (line,) = set(re.findall(r".*No space left on device.*", said)[:1])
    return line.replace(f"{root}/", "").replace(f"{BOOK}/", "")


def full(root, clean):
    """Fill the disk under the cache, the new site and its copy; return what the builds said."""
    said = []
    for folder in ".cache/pages", ".cache/site":  # the disk hides what is there
        with small_disk(root / folder, "2m" if "site" in folder else "64k"):
            said.append(said_when_full(root, clean))
    assert not different(clean, built(root))
    disk = root.with_name("disk")
    with small_disk(disk, "300m"):
        copy = shutil.copytree(root, disk / "book", symlinks=True)
        room = shutil.disk_usage(disk).free - ROOM
        (disk / "filler").write_bytes(bytes(room))
        said.append(said_when_full(copy, clean))
    return {"What a build says on a full disk, the old site untouched": said}


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = cloned(Path(folder) / "book")
        clean = built(root)
        results = {"Files in the site": len(clean)}
        other = cloned(Path(folder) / "at another place" / "book", of=root)
        clock = ["faketime", "-f", f"+{LATER}d"]
        twin = built(other, before=clock)
        results[ELSEWHERE] = len(different(clean, twin))
        results |= kills(root, clean)
        results |= spoilt(root, clean)
        results |= full(root, clean)
    versions = ["mkdocs", "mkdocs-material", "nbclient"]
    write("survival", "make survival", results, versions)
    sys.exit(any(results[name] != wanted for name, wanted in WANTED.items()))


if __name__ == "__main__":
    main()
