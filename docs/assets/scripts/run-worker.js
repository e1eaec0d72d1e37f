// Python, away from the page: whatever it does, the page stays alive.
const RUNNER = `
import ast, base64, importlib.util, io, linecache, logging, os, re, sys, time, traceback, warnings
from functools import cache
from pathlib import Path

import numpy as np

BOOK = Path(importlib.util.find_spec("onebyone").origin).parents[1]

os.environ["MPLBACKEND"] = "svg"  # Pyodide's own needs a page
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it tells of its cache, which is new each time
warnings.filterwarnings("ignore", "FigureCanvasSVG is non-interactive")  # what plt.show() would show is shown below the cell

matmul = np.matmul

def product(a, b, *rest, **options):
    """The same as matmul, which is far slower in a browser, where NumPy comes without BLAS."""
    if rest or options or np.ndim(a) < 2 or np.ndim(b) < 2 or np.shape(a)[-1] != np.shape(b)[-2]:
        return matmul(a, b, *rest, **options)
    return np.einsum("...ij,...jk->...ik", a, b)

np.matmul = product

namespace = {"__name__": "__main__"}
MOST = 100_000  # characters that one cell may show

class Output:
    """What a cell prints, sent to the page a few times a second."""

    def start(self, send):
        self.send, self.waiting, self.left, self.sent = send, [], MOST, 0.0

    def write(self, text):
        if self.left > 0:
            self.waiting.append(text[:self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.waiting.append("\\n… and more, which is not shown\\n")
            if time.monotonic() - self.sent > 0.1:
                self.flush()
        return len(text)

    def flush(self):
        if self.waiting:
            self.send("stream", "".join(self.waiting))
        self.waiting, self.sent = [], time.monotonic()

    def isatty(self):
        return False

sys.stdout = sys.stderr = output = Output()

def told(error, cell):
    """Return the traceback, less what is not the reader's."""
    report = chain = traceback.TracebackException.from_exception(error)
    while chain:
        frames = [f for f in chain.stack if f.filename.startswith("cell ")]
        chain.stack = traceback.StackSummary.from_list(frames) if frames else None
        chain = chain.__cause__ or chain.__context__
    return "".join(report.format())

def modules(code):
    """Return every module that code imports, and every name that might be one."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)

@cache
def modules_of(module):
    """Return what a module of the book imports."""
    file = BOOK.joinpath(*module.split("."))
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    return list(modules(file.read_text(encoding="utf-8"))) if file.is_file() else []

def imported(code):
    """Return the first parts of what a cell imports, and of what the book's modules import for it."""
    try:
        waiting, seen = list(modules(code)), set()
    except SyntaxError:  # which running it will tell
        return []
    while waiting:
        name = waiting.pop()
        if name not in seen and name.partition(".")[0] == "onebyone":
            waiting += modules_of(name)
        seen.add(name)
    return list({name.partition(".")[0] for name in seen})

def picture(svg):
    """Return a figure as HTML, in both schemes."""
    dark = re.sub(r"#[0-9a-fA-F]{6}\\b", lambda found: colours.get(found[0].lower(), found[0]), svg)
    return "".join(
        f'<img class="nb-figure" alt="" src="data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}#only-{scheme}">'
        for scheme, text in {"light": svg, "dark": dark}.items())

def drawn():
    """Return what pyplot has drawn, as a notebook does when a cell ends."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else ():
        svg = io.StringIO()
        pyplot.figure(number).savefig(svg, format="svg")
        yield svg.getvalue()

def close():
    """Close what pyplot has drawn: it is not the next cell's."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")

def run(code, cell, send):
    output.start(send)
    linecache.cache[cell] = len(code), None, code.splitlines(True), cell
    try:
        tree = ast.parse(code, cell)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell, "exec"), namespace)
        value = eval(compile(ast.Expression(last.value), cell, "eval"), namespace) if last else None
        output.flush()
        html = getattr(value, "_repr_html_", lambda: None)()  # matplotlib's figures have one that returns None
        svg = getattr(value, "_repr_svg_", lambda: None)()
        if html is not None:
            send("html", html)
        elif svg is not None:
            send("html", picture(svg))
        elif value is not None:
            send("value", repr(value))
        for svg in drawn():
            send("html", picture(svg))
        return "done"
    except BaseException as error:
        output.flush()
        send("error", told(error, cell))
        return "error"
    finally:
        close()
run, imported
`;
class Missing extends Error {}
const LOST = "could not be fetched: this device is offline, or the address is blocked.";
let ready;

async function start({python, pins, wheel}) {
  if (!crypto.subtle) throw new Error("Python was not started: browsers check files on https and localhost alone.");
  const {info, packages, files, colours} = await (await outside(pins)).json();
  const checked = new Map(), loaded = new Set();
  const at = (name) => new URL(name, python).href;

  async function get(what, names) {
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const all = names.reduce((sum, name) => sum + files[name].size, 0);
    let fetched = 0, shown = 0;
    postMessage({said: `Fetching ${what}, ${megabytes(all)} MB, once.`});
    const count = (bytes) => {
      fetched += bytes;
      if (fetched - shown < 1e5 && fetched < all) return;
      shown = fetched;
      postMessage({progress: `${megabytes(fetched)} of ${megabytes(all)} MB`});
    };
    await Promise.all(names.map(async (name) => checked.set(at(name), await check(at(name), files[name].sha256, count))));
    postMessage({said: `Starting ${what}.`, progress: ""});
  }
  function missing(names, found = new Set()) {  // these packages, and what they depend on, less what is there
    for (const name of names) {
      if (loaded.has(name) || found.has(name)) continue;
      found.add(name);
      missing(packages[name].depends, found);
    }
    return [...found];
  }
  const file = (name) => packages[name].file_name;
  const later = new Set(Object.keys(packages).map(file)), numpy = missing(["numpy"]);
  await get("Python", [...Object.keys(files).filter((name) => !later.has(name)), ...numpy.map(file)]);
  const lock = at("pyodide-lock.json");
  checked.set(lock, new Blob([JSON.stringify({info, packages})], {type: "application/json"}));

  // From here on Pyodide gets nothing from its address but what was checked.
  self.fetch = async (request, options) => {
    const address = new URL(request.url ?? request, location.href).href;
    if (checked.has(address)) return new Response(checked.get(address));
    return address.startsWith(python) ? Response.error() : outside(request, options);
  };
  for (const name of ["pyodide.js", "pyodide.asm.js"]) {
    const script = URL.createObjectURL(checked.get(at(name)));
    importScripts(script);
    URL.revokeObjectURL(script);
  }
  const pyodide = await loadPyodide({indexURL: python, lockFileURL: lock});
  const load = async (names) => {
    await pyodide.loadPackage(names, {messageCallback: () => {}});
    for (const name of names) loaded.add(name);
  };
  await load(numpy);
  pyodide.unpackArchive(await (await outside(wheel)).arrayBuffer(), "wheel");
  pyodide.globals.set("colours", pyodide.toPy(colours));
  const [run, imported] = pyodide.runPython(RUNNER);
  return {run, async load(code) {  // what a cell imports beyond NumPy comes when it is first imported
    const tops = imported(code).toJs();
    const wanted = Object.keys(packages).filter((name) => packages[name].imports.some((each) => tops.includes(each)));
    const names = missing(wanted);
    if (!names.length) return;
    const what = wanted.filter((name) => names.includes(name)).join(", ");
    await get(what, names.map(file)).catch((error) => { throw new Missing(`${what} ${error.message}`); });
    await load(names);
  }};
}

const fetched = self.fetch.bind(self);
async function outside(...request) {
  const response = await fetched(...request).catch(() => { throw new Missing(LOST); });
  if (!response.ok) throw new Missing(LOST);
  return response;
}

async function check(address, sha256, count) {
  const parts = [], reader = (await outside(address)).body.getReader();
  for (;;) {
    const {done, value} = await reader.read().catch(() => { throw new Missing(LOST); });
    if (done) break;
    parts.push(value);
    count(value.length);
  }
  const name = address.split("/").pop();
  const file = new Blob(parts, {type: TYPES[name.split(".").pop()] ?? ""});
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found === sha256) return file;
  throw new Missing(`was not started: ${name} is not the file that this book was tested with.`);
}
const TYPES = {js: "text/javascript", wasm: "application/wasm"};

onmessage = async ({data}) => {
  try {
    ready ??= await start(data);
  } catch (error) {
    postMessage({unable: error instanceof Missing ? `Python ${error.message} The page is as it was.` : error.message});
    return;
  }
  try {
    await ready.load(data.code);
  } catch (error) {  // Python lives on
    postMessage({kind: "error", text: error.message});
    postMessage({end: "error"});
    return;
  }
  postMessage({said: "Running."});
  try {
    postMessage({end: ready.run(data.code, data.name, (kind, text) => postMessage({kind, text}))});
  } catch {
    postMessage({unable: "Python broke down. The next run starts it afresh."});
  }
};
