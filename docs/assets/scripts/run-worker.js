// Python, away from the page: whatever it does, the page stays alive.
const RUNNER = `
import ast, linecache, sys, time, traceback
import numpy as np

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

def run(code, cell, send):
    output.start(send)
    linecache.cache[cell] = len(code), None, code.splitlines(True), cell
    try:
        tree = ast.parse(code, cell)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell, "exec"), namespace)
        value = eval(compile(ast.Expression(last.value), cell, "eval"), namespace) if last else None
        output.flush()
        if hasattr(value, "_repr_html_"):
            send("html", value._repr_html_())
        elif value is not None:
            send("value", repr(value))
        return "done"
    except BaseException as error:
        output.flush()
        send("error", told(error, cell))
        return "error"
run
`;
const OFFLINE = "Python could not be fetched: this device is offline, or the address is blocked. The page is as it was.";
let runner;

async function start({python, pins, wheel}) {
  if (!crypto.subtle) throw new Error("Python was not started: browsers check files on https and localhost alone.");
  const pinned = await (await outside(pins)).json();
  const all = Object.values(pinned.files).reduce((sum, file) => sum + file.size, 0);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  let loaded = 0, shown = 0;
  postMessage({said: `Fetching Python, ${megabytes(all)} MB, once.`});
  const count = (bytes) => {
    loaded += bytes;
    if (loaded - shown < 1e5 && loaded < all) return;
    shown = loaded;
    postMessage({progress: `${megabytes(loaded)} of ${megabytes(all)} MB`});
  };
  const files = new Map(await Promise.all(Object.entries(pinned.files).map(
    async ([name, {sha256}]) => [new URL(name, python).href, await checked(new URL(name, python), sha256, count)])));
  const {info, packages} = pinned;
  const lock = new URL("pyodide-lock.json", python).href;
  files.set(lock, new Blob([JSON.stringify({info, packages})], {type: "application/json"}));

  // From here on Pyodide gets nothing from its address but what was checked.
  self.fetch = async (request, options) => {
    const address = new URL(request.url ?? request, location.href).href;
    if (files.has(address)) return new Response(files.get(address));
    return address.startsWith(python) ? Response.error() : outside(request, options);
  };
  postMessage({said: "Starting Python.", progress: ""});
  for (const name of ["pyodide.js", "pyodide.asm.js"]) {
    const script = URL.createObjectURL(files.get(new URL(name, python).href));
    importScripts(script);
    URL.revokeObjectURL(script);
  }
  const pyodide = await loadPyodide({indexURL: python, lockFileURL: lock});
  await pyodide.loadPackage("numpy", {messageCallback: () => {}});
  pyodide.unpackArchive(await (await outside(wheel)).arrayBuffer(), "wheel");
  return pyodide.runPython(RUNNER);
}

const fetched = self.fetch.bind(self);
async function outside(...request) {
  const response = await fetched(...request).catch(() => { throw new Error(OFFLINE); });
  if (!response.ok) throw new Error(OFFLINE);
  return response;
}

async function checked(address, sha256, count) {
  const parts = [], reader = (await outside(address)).body.getReader();
  for (;;) {
    const {done, value} = await reader.read().catch(() => { throw new Error(OFFLINE); });
    if (done) break;
    parts.push(value);
    count(value.length);
  }
  const file = new Blob(parts, {type: TYPES[address.pathname.split(".").pop()] ?? ""});
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found === sha256) return file;
  const name = address.pathname.split("/").pop();
  throw new Error(`Python was not started: ${name} is not the file that this book was tested with. The page is as it was.`);
}
const TYPES = {js: "text/javascript", wasm: "application/wasm"};

onmessage = async ({data}) => {
  try {
    runner ??= await start(data);
  } catch (error) {
    postMessage({unable: error.message});
    return;
  }
  postMessage({said: "Running."});
  try {
    postMessage({end: runner(data.code, data.name, (kind, text) => postMessage({kind, text}))});
  } catch {
    postMessage({unable: "Python broke down. The next run starts it afresh."});
  }
};
