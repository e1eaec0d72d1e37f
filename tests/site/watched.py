"""The site as it is served to browsers that tell little: each page with a witness, and no other host in reach."""

import io
import re
from contextlib import contextmanager, suppress

from bookbuild.finish.policy import add_policy

from . import built, python_for_browsers
from .conftest import Handler, serving
from .running import address_of_python

OWN_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">')
WITNESS, FAULTY = "a-witness.js", "a-faulty-page.html"
# The first script of each page: notes what a browser's console would show.
NOTES = """(() => {
  const noted = window.noted = [], note = (...words) => noted.push(words.join(" "));
  addEventListener("securitypolicyviolation", ({effectiveDirective, blockedURI, sourceFile, sample}) =>
    note("policy:", effectiveDirective, "refuses", blockedURI, sourceFile, sample), true);
  addEventListener("error", ({target, message}) => target instanceof Element
    ? note("not loaded:", target.src ?? target.href) : note("script:", message), true);
  addEventListener("unhandledrejection", ({reason}) => note("script:", reason));
  const {error} = console;
  console.error = (...words) => { note("console:", ...words); error.apply(console, words); };
})()"""
# A page with one of each fault, under a policy that lets the second and the third happen.
FAULTS = """<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="script-src 'self'; style-src 'self'; connect-src *">
<title>Faults</title><script src="a-script.js"></script></head><body style="color: red">
<img src="http://elsewhere.example/picture.png"><img src="missing.png"><script>window.hasRun = true</script>
</body></html>"""
FAULTY_SCRIPT = """
Promise.reject(new Error("a broken promise"));
console.error("something said");
fetch("http://elsewhere.example/asked").catch(() => {});
throw new Error("a broken script")"""


class Watched(Handler):
    """Serves the site, and is the proxy that browsers ask for any other host: it notes the question and refuses."""

    failures: list
    python: str

    def do_CONNECT(self):  # noqa: N802  what the standard library calls
        self.refuse()

    def refuse(self):
        self.failures.append(f"request to another host: {self.path}")
        self.send_error(502)

    def send_head(self):
        if not self.path.startswith("/"):
            return self.refuse()
        name = self.path.rpartition("/")[2]
        texts = {WITNESS: NOTES, FAULTY: with_witness(FAULTS), "a-script.js": FAULTY_SCRIPT}
        if (
            self.path == "/favicon.ico"
        ):  # of the host, which Firefox asks for when it shows a page that it kept
            texts = {name: ""}
        if name in texts:
            return self.send(texts[name].encode(), name)
        return super().send_head()

    def send(self, content, name):
        if str(name).endswith(".html") and name != FAULTY:
            content = self.watched(content.decode()).encode()
        return super().send(content, name)

    def watched(self, page):
        """Return a page with the witness, and with another address of Python in it and in its policy."""
        bare, number = OWN_POLICY.subn("", page)
        assert (number, add_policy(bare)) == (1, page)
        return with_witness(add_policy(bare.replace(address_of_python(), self.python)))

    def copyfile(self, *files):
        with suppress(ConnectionError):  # the page was left
            super().copyfile(*files)

    def send_error(self, code, *rest):
        if self.path.startswith("/"):
            self.failures.append(f"status {code}: {self.path}")
        super().send_error(code, *rest)


class PythonFiles(Handler):
    """Another host, which has Python for browsers."""

    def send_head(self):
        content = python_for_browsers.files().get(self.path.strip("/"))
        if content is None:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        return io.BytesIO(content)


def with_witness(page):
    """Put the witness behind the policy, before whatever else runs."""
    (policy,) = OWN_POLICY.findall(page)
    return page.replace(policy, f'{policy}<script src="{built.base()}{WITNESS}"></script>')


@contextmanager
def served(failures):
    """Serve the watched site; give its address, and append to `failures` what nobody should have asked for."""
    with serving(PythonFiles) as python:
        names = {"failures": failures, "python": f"{python}/"}
        with serving(type("Handler", (Watched,), names)) as address:
            yield address
