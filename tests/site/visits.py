"""A visit to a page: a browser opens it, and everything that a reader would stumble over is written down."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SMALLEST_TEXT = 11  # px
SMALLEST_IN_FORMULA = 9  # px; an index of an index is small in every book

SETTLE = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
OPEN = "() => document.querySelectorAll('details').forEach(box => { box.open = true; })"
AXE_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const why = node => node.any.concat(node.all, node.none)[0]?.message ?? "";
  return found.violations.flatMap(rule => rule.nodes.map(
    node => `axe ${rule.id}: ${node.target.join(" ")}: ${why(node)}`));
}"""
# A token of code has the contrast of every other in its colours; a page has thousands, and axe would take most of its
# time for them.
ONE_OF_EACH_COLOUR = """() => {
  const seen = new Set(), hide = [];
  for (const token of document.querySelectorAll(".highlight code span[class]:not(:has(*))")) {
    const own = getComputedStyle(token), around = getComputedStyle(token.closest("code"));
    const colours = [own.color, own.backgroundColor, own.fontSize, own.fontWeight, around.backgroundColor].join();
    const word = /\\w\\w/.test(token.textContent);  // axe judges neither signs nor single letters
    if (seen.has(colours) || !word) hide.push(token);
    else if (token.checkVisibility()) seen.add(colours);
  }
  for (const token of hide) token.style.visibility = "hidden";
}"""
LAYOUT = """() => {
  const root = document.documentElement, failures = [];
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")]
      .filter(box => box.getBoundingClientRect().right > root.clientWidth + 1)
      .slice(-3).map(box => `${box.localName}.${box.className}`);
    failures.push(`scrolls sideways, ${root.scrollWidth} in ${root.clientWidth} px: ${wide.join(", ")}`);
  }
  for (const image of document.images) {
    if (!image.naturalWidth) failures.push(`picture ${image.getAttribute("src")} is broken`);
    for (let box = image; box; box = box.parentElement)
      if (getComputedStyle(box).filter !== "none") failures.push(`a CSS filter on ${image.getAttribute("src")}`);
  }
  return failures;
}"""
FIGURES = """dark => [...document.querySelectorAll("img[src*='#only-']")].filter(image =>
    (image.getClientRects().length > 0) !== image.getAttribute("src").endsWith(dark ? "#only-dark" : "#only-light"))
  .map(image => `${image.getAttribute("src")} is ${image.getClientRects().length ? "shown" : "hidden"}`)"""
OPAQUE = """() => {
  const page = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
  const foreign = image => {
    const brush = Object.assign(document.createElement("canvas"), {width: 40, height: 40}).getContext("2d");
    brush.drawImage(image, 0, 0, 40, 40);
    const corner = brush.getImageData(0, 0, 1, 1).data;
    return corner[3] > 0 && [0, 1, 2].some(n => Math.abs(corner[n] - page[n]) > 4);
  };
  return [...document.querySelectorAll("img.nb-figure[src*='.svg']")].filter(image => image.checkVisibility())
    .filter(foreign).map(image => `${image.getAttribute("src")} lies in a box of another colour than the page`);
}"""
FORMULAS = """() => {
  const failures = [], formulas = [...document.querySelectorAll(".md-typeset math")];
  for (const formula of formulas) {
    if (!(formula.getBoundingClientRect().height > 0)) failures.push(`formula without height: ${formula.textContent}`);
    if (!getComputedStyle(formula).fontFamily.includes("Book Math")) failures.push("a formula in another font");
  }
  for (const root of document.querySelectorAll("msqrt")) {
    const inside = [...root.children].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0);
    if (root.getBoundingClientRect().width < inside + 3) failures.push(`a root without its sign: ${root.textContent}`);
  }
  const loaded = [...document.fonts].some(f => f.family.includes("Book Math") && f.status === "loaded");
  if (formulas.length && !loaded) failures.push("the font for formulas was not loaded");
  return failures;
}"""
SMALL = """([prose, formula]) => {
  const failures = new Set(), walk = document.createTreeWalker(
    document.querySelector("article.md-typeset"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {  // Material gives text that an icon replaces the size 0
    const box = walk.currentNode.parentElement, size = parseFloat(getComputedStyle(box).fontSize);
    const limit = box.closest("math") ? formula : prose;
    if (size && size < limit && walk.currentNode.data.trim() && box.checkVisibility())
      failures.add(`text of ${size} px in ${box.localName}.${box.className}: ${walk.currentNode.data.trim()}`);
  }
  return [...failures];
}"""
UNREADABLE = """() => [...document.querySelectorAll("article :is(h1, p, li, td, pre, img, math)")]
  .filter(box => !box.closest("details:not([open])") && !box.src?.endsWith("#only-dark") && !box.checkVisibility())
  .map(box => box.outerHTML.slice(0, 120))"""
LUMINANCE = """() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""


@dataclass
class Visit:
    """One page in one browser tab, and what went wrong in it."""

    page: object
    origin: str
    failures: list[str] = field(default_factory=list)

    def listen(self):
        self.page.on(
            "console",
            lambda m: m.type == "error" and self.failures.append(f"console: {m.text}"),
        )
        self.page.on("pageerror", lambda error: self.failures.append(f"script: {error}"))
        self.page.on(
            "requestfailed",
            lambda r: self.failures.append(f"request failed: {r.url} {r.failure}"),
        )
        self.page.on(
            "response",
            lambda r: r.status >= 400 and self.failures.append(f"status {r.status}: {r.url}"),
        )
        self.page.on("request", self._request)

    def _request(self, request):
        parts = urlsplit(request.url)
        if (
            parts.scheme in ("http", "https", "ws", "wss")
            and f"{parts.scheme}://{parts.netloc}" != self.origin
        ):
            self.failures.append(f"request to another host: {request.url}")

    def check(self, name, *arguments):
        self.failures.extend(self.page.evaluate(name, *arguments))

    def check_layout(self, *, narrow):
        self.check(LAYOUT)
        if narrow:
            self.check(SMALL, [SMALLEST_TEXT, SMALLEST_IN_FORMULA])

    def check_scheme(self, *, dark):
        scheme = self.page.evaluate("document.body.dataset.mdColorScheme")
        luminance = self.page.evaluate(LUMINANCE)
        if scheme != ("slate" if dark else "default") or not (
            luminance < 0.2 if dark else luminance > 0.8
        ):
            self.failures.append(
                f"asked for {'dark' if dark else 'light'}: scheme {scheme}, luminance {luminance:.2f}"
            )
        self.check(FIGURES, dark)
        self.check(OPAQUE)


@contextmanager
def visiting(context, origin, path):
    """Open a page in a new tab, wait until it has loaded all it ever loads, and close it."""
    page = context.new_page()
    visit = Visit(page, origin)
    visit.listen()
    try:
        page.goto(origin + path)
        page.evaluate(SETTLE)
        yield visit
    finally:
        page.close()
