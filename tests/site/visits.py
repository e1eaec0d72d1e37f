"""A visit to a page: a browser opens it, and everything that a reader would stumble over is written down."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SMALLEST_TEXT = 11  # px
SMALLEST_IN_FORMULA = 9  # px; an index of an index is small in every book

TELEPHONE = 600  # px: less is one
A4 = 642  # px between the margins of the paper: 170 mm
DARK_INK = "rgb(31, 36, 48)"

# Colours and the header's boxes would change gradually.
AT_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [sheet];
}"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SETTLE = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
# Blocks of code, their buttons and what scrolls are made ready as a reader comes near.
READ = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let y = 0; y < document.documentElement.scrollHeight; y += 2 * innerHeight) {
    scrollTo({top: y, behavior: "instant"});
    await frame();
    await frame();
  }
  scrollTo({top: 0, behavior: "instant"});
  await frame();
}"""
OPEN = "() => document.querySelectorAll('details:not([open])').forEach(box => { box.open = box.wasClosed = true; })"
AS_BEFORE = "() => document.querySelectorAll('details').forEach(box => { if (box.wasClosed) box.open = false; })"
AXE_RUN = """async selector => {
  const found = await axe.run(selector ?? document, {resultTypes: ["violations"], preload: false});
  const why = node => node.any.concat(node.all, node.none)[0]?.message ?? "";
  return found.violations.flatMap(rule => rule.nodes.map(
    node => `axe ${rule.id}: ${node.target.join(" ")}: ${why(node)}`));
}"""
# Text of one colour and size on one ground has one contrast, and a page has thousands of such texts; axe would take
# most of its time for them. A part of a page keeps the tokens of its code, since tests go on with it.
TWO_OF_EACH_COLOUR = """selector => {
  const grounds = new Map(), seen = {}, clear = "rgba(0, 0, 0, 0)";
  const ground = box => {  // what is painted behind a box, up to the root
    if (!box) return "";
    if (!grounds.has(box)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(box);
      const own = [backgroundColor, backgroundImage, opacity].join();
      grounds.set(box, ground(box.parentElement ?? box.getRootNode().host) + (own === `${clear},none,1` ? "" : own));
    }
    return grounds.get(box);
  };
  const inside = root => [...root.querySelectorAll("*")]  // with what an editor keeps in a tree of its own
    .flatMap(box => box.shadowRoot ? [box, ...inside(box.shadowRoot)] : [box]);
  for (const box of inside(document.body)) {
    const text = [...box.childNodes].map(node => node.nodeType === Node.TEXT_NODE ? node.data : "").join("").trim();
    if (!text && !box.matches("input, select, textarea")) continue;
    if (!box.checkVisibility() || box.getBoundingClientRect().width < 2) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(box);
    const word = /\\w\\w/.test(text);  // axe judges neither signs nor single letters
    const key = [ground(box), color, fontSize, fontWeight, word, Boolean(box.closest("article"))].join();
    seen[key] = (seen[key] ?? 0) + 1;
    if (seen[key] <= 2) box.dataset.contrast = "";
  }
  const plain = ".highlight code span:not(:has(*), [id], [data-contrast])";
  for (const token of selector ? [] : document.querySelectorAll(plain)) token.replaceWith(token.textContent);
  axe.configure({rules: [{id: "color-contrast", selector: "[data-contrast]"}]});
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
# What is clipped on paper, and shown by scrolling on a screen.
WIDE = """width => [...document.querySelectorAll("article *")]
  .filter(box => box.checkVisibility() && box.getBoundingClientRect().right > width + 1)
  .map(box => `too wide for paper: ${box.localName}.${box.className}: ${box.textContent.trim().slice(0, 60)}`)"""
OF_THE_SCREEN = """() => [...document.querySelectorAll(`nav, button, header, footer, [data-md-component=sidebar],
    input[type=range], .page-tool, .headerlink, .md-content__button`)]
  .filter(box => box.checkVisibility()).map(box => `printed: ${box.outerHTML.slice(0, 120)}`)"""
CLOSED = """() => [...document.querySelectorAll("details > :not(summary, :has(> .nb-source-link))")]
  .filter(box => !box.getClientRects().length).map(box => `not printed: ${box.textContent.slice(0, 120)}`)"""
DARK_ON_PAPER = """() => [...document.querySelectorAll("img[src*='#only-']")]
  .filter(box => box.checkVisibility() !== box.src.endsWith("light"))
  .map(box => `on paper: ${box.src} is ${box.checkVisibility() ? "shown" : "hidden"}`)"""
INK = "() => getComputedStyle(document.querySelector('article')).color"
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
    network: object = None

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

    def check_layout(self):
        self.check(LAYOUT)
        self.check(FORMULAS)
        if self.page.viewport_size["width"] < TELEPHONE:
            self.check(SMALL, [SMALLEST_TEXT, SMALLEST_IN_FORMULA])

    def check_accessibility(self, selector=None):
        """Have axe look at the page as it is once it was read, or at a part of it."""
        if not selector:
            self.page.evaluate(READ)
        self.page.evaluate(AXE)
        self.page.evaluate(TWO_OF_EACH_COLOUR, selector)
        self.check(AXE_RUN, selector)

    def check_print(self):
        """Print on A4: light whatever the scheme, whole, and without what only a screen can use."""
        self.page.evaluate(AS_BEFORE)
        self.page.set_viewport_size({"width": A4, "height": 900})
        self.page.emulate_media(media="print")
        for wrong in CLOSED, OF_THE_SCREEN, DARK_ON_PAPER:
            self.check(wrong)
        self.check(WIDE, A4)
        if (ink := self.page.evaluate(INK)) != DARK_INK:
            self.failures.append(f"printed in {ink}")

    def resize(self, width):
        self.page.evaluate(AT_ONCE)
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate(PAINTED)

    def turn_dark(self):
        """Press the switch in the header, and forget the choice, which the next page would keep."""
        self.page.locator("[data-from=default]").click()
        self.page.wait_for_selector("body[data-md-color-scheme=slate]")
        self.page.evaluate("localStorage.clear()")
        self.page.evaluate(SETTLE)

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
