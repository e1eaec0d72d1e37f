"""Firefox and WebKit, as Debian has them: opened, asked and used in one way.

Firefox speaks WebDriver BiDi by itself. WebKit's driver speaks the older protocol, which says nothing of a page's
console or requests, so `watched` serves pages that note what goes wrong in them.
"""

import json
import time
from abc import ABC, abstractmethod
from base64 import b64decode
from urllib.parse import urlsplit

LATE = 120  # s: what takes longer on a busy machine will not come
HEIGHT = 900
TAB, RIGHT, CONTROL = "\ue004", "\ue014", "\ue009"
AWAITED = """async (...given) => {
  const late = performance.now() + %d, test = %s;
  for (;;) {
    const found = await test(...given);
    if (found || performance.now() > late) return found;
    await new Promise(done => setTimeout(done, 20));
  }
}"""
WHERE = """async selector => {
  const boxes = [...document.querySelectorAll(selector)].filter(box => box.checkVisibility());
  if (!boxes.length) throw new Error(`nothing to click: ${selector}`);
  boxes[0].scrollIntoView({block: "center", behavior: "instant"});
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const {left, top, width, height} = boxes[0].getBoundingClientRect();
  const x = Math.round(left + width / 2), y = Math.round(top + height / 2), hit = document.elementFromPoint(x, y);
  if (!boxes[0].contains(hit)) throw new Error(`${hit?.outerHTML.slice(0, 99)} covers ${selector}`);
  return [x, y];
}"""


class Engine(ABC):
    """A browser with one page."""

    def __init__(self):
        self.failures = []

    @abstractmethod
    def open(self, address):
        """Open a page, and wait until it has loaded."""

    @abstractmethod
    def go_back(self):
        """Go back to the page before, which the browser may have kept as it was left."""

    @abstractmethod
    def expect_pythons(self, number):
        """Wait until so many workers run Python in all pages, seen or kept, where the browser says it."""

    @abstractmethod
    def _call(self, function, text):
        """Call an async function of one text in the page; return its text."""

    @abstractmethod
    def _act(self, actions):
        """Perform actions, which both protocols write in the same way."""

    @abstractmethod
    def _set_width(self, width): ...

    @abstractmethod
    def screenshot(self):
        """Return what the window shows, as PNG."""

    def ask(self, function, *given):
        """Call a JavaScript function in the page, and return what it, or its promise, gives."""
        whole = (
            f"async text => {{ try {{ return JSON.stringify({{answer: await ({function})(...JSON.parse(text))}}); }}"
            " catch (error) { return JSON.stringify({error: `${error}`}); } }"
        )
        found = json.loads(self._call(whole, json.dumps(given)))
        assert "error" not in found, f"{found['error']} in {function[:200]} of {given}"
        return found.get("answer")

    def wait(self, function, *given, seconds=LATE):
        """Wait until a function gives something true, and return it."""
        found = self.ask(AWAITED % (1000 * seconds, function), *given)
        assert found, f"after {seconds} s still {found!r}: {function} of {given}"
        return found

    def resize(self, width):
        self._set_width(width)
        self.wait("width => innerWidth === width", width)
        self.ask(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def click(self, selector):
        """Click the first visible element where it is, which must not be covered."""
        x, y = self.ask(WHERE, selector)
        steps = [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act([{"type": "pointer", "id": "mouse", "actions": steps}])

    def focus(self, selector):
        self.ask("selector => document.querySelector(selector).focus()", selector)

    def type(self, keys, *, held=""):
        """Press keys one after the other, while another is held."""
        steps = [
            *({"type": "keyDown", "value": key} for key in held),
            *({"type": way, "value": key} for key in keys for way in ("keyDown", "keyUp")),
            *({"type": "keyUp", "value": key} for key in held),
        ]
        self._act([{"type": "key", "id": "keyboard", "actions": steps}])


class Firefox(Engine):
    """Firefox over WebDriver BiDi, without geckodriver, which Debian does not have."""

    EVENTS = (
        "log.entryAdded",
        "network.beforeRequestSent",
        "network.fetchError",
        "network.responseCompleted",
    )

    def __init__(self, socket, origin):
        super().__init__()
        self.socket, self.sent, self.hosts = socket, 0, {urlsplit(origin).netloc}
        self._send("session.new", capabilities={"alwaysMatch": {}})
        self._send("session.subscribe", events=self.EVENTS)
        # A tab of its own has the focus, which the first one never gets.
        self.page = self._send("browsingContext.create", type="tab")["context"]

    def _send(self, method, **params):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message["type"] == "event":
                self._note(message["method"], message["params"])
            elif message["id"] == self.sent:
                assert message["type"] == "success", f"{method} of {params}: {message}"
                return message["result"]

    def _note(self, event, params):
        if event == "log.entryAdded":
            if params["level"] == "error":
                self.failures.append(f"console: {params['text']}")
            return
        url = params["request"]["url"]
        foreign = (
            urlsplit(url).scheme in ("http", "https", "ws", "wss")
            and urlsplit(url).netloc not in self.hosts
        )
        if event == "network.beforeRequestSent" and foreign:
            self.failures.append(f"request to another host: {url}")
        if (
            event == "network.fetchError" and params["errorText"] != "NS_BINDING_ABORTED"
        ):  # the page was left
            self.failures.append(f"request failed: {url} {params['errorText']}")
        if event == "network.responseCompleted" and params["response"]["status"] >= 400:
            self.failures.append(f"status {params['response']['status']}: {url}")

    def open(self, address):
        self._send("browsingContext.navigate", context=self.page, url=address, wait="complete")

    def go_back(self):
        self._send("browsingContext.traverseHistory", context=self.page, delta=-1)

    def expect_pythons(self, number):
        late = time.monotonic() + LATE
        while len(found := self._pythons()) != number:
            assert time.monotonic() < late, f"expected {number} workers, got {found}"
            time.sleep(0.05)

    def _pythons(self):
        realms = self._send("script.getRealms", type="dedicated-worker")["realms"]
        return [each["origin"] for each in realms if each["origin"].startswith("blob:")]

    def _call(self, function, text):
        answer = self._send(
            "script.callFunction",
            functionDeclaration=function,
            target={"context": self.page},
            arguments=[{"type": "string", "value": text}],
            awaitPromise=True,
            userActivation=True,
        )
        assert answer["type"] == "success", answer
        return answer["result"]["value"]

    def _act(self, actions):
        self._send("input.performActions", context=self.page, actions=actions)

    def _set_width(self, width):
        viewport = {"width": width, "height": HEIGHT}
        self._send("browsingContext.setViewport", context=self.page, viewport=viewport)

    def screenshot(self):
        return b64decode(self._send("browsingContext.captureScreenshot", context=self.page)["data"])


class WebKit(Engine):
    """WebKit as GTK has it, in the window of its own small browser."""

    def __init__(self, driver):
        super().__init__()
        self.driver = driver
        driver.set_script_timeout(2 * LATE)
        driver.set_page_load_timeout(LATE)

    def open(self, address):
        self.driver.get(address)

    def go_back(self):
        self.driver.back()

    def expect_pythons(self, number):
        pass  # its driver does not know of workers

    def _call(self, function, text):
        return self.driver.execute_async_script(
            f"({function})(arguments[0]).then(arguments[1])", text
        )

    def _act(self, actions):
        self.driver.execute("actions", {"actions": actions})

    def _set_width(self, width):
        self.driver.set_window_rect(width=width, height=HEIGHT)

    def screenshot(self):
        return self.driver.get_screenshot_as_png()
