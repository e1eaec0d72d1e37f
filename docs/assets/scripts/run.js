// Runs a page's cells in the reader's browser. Python starts in a worker at the first press of Run, and not before.
(() => {
  const settings = document.currentScript.dataset;
  const OUTPUT = ".nb-out, .nb-html, p:has(> img.nb-figure)";
  const blocks = [...document.querySelectorAll(".nb-run")], cells = new Map();
  let worker = null, current = null, queue = Promise.resolve(), stops = 0;

  function cell(block) {  // made when it is first touched, so that opening the page costs nothing
    if (!cells.has(block)) cells.set(block, made(block, blocks.indexOf(block) + 1));
    return cells.get(block);
  }
  function made(block, number) {
    const bar = block.nextElementSibling;
    const button = bar.querySelector("[data-do=run], [data-do=check]"), named = button.textContent;
    const outputs = [];  // the page's own
    for (let next = bar.nextElementSibling; next?.matches(OUTPUT); next = next.nextElementSibling) outputs.push(next);
    const result = bar.parentNode.insertBefore(document.createElement("div"), bar.nextSibling);
    result.className = "run-result";

    const self = {
      number, bar,
      check: bar.dataset.check,  // what is run after the code of an exercise
      get isBusy() { return bar.classList.contains("is-busy"); },
      get code() { return block.querySelector("pre code").textContent; },  // where edit.js puts what is typed
      get verdict() { return result.querySelector(".verdict")?.dataset.right; },
      say(text, progress = "") {
        bar.querySelector("[data-is=said]").textContent = text;
        bar.querySelector("[data-is=progress]").textContent = progress;
      },
      progress(text) { bar.querySelector("[data-is=progress]").textContent = text; },
      busy(on) {
        button.textContent = on ? "Stop" : named;
        bar.classList.toggle("is-busy", on);
      },
      clear() { result.replaceChildren(); },
      show(kind, text) {  // in the shape that the build gives the page's own outputs
        if (kind === "html") {
          const twin = outputs.filter((output) => output.matches(".nb-html"))[result.querySelectorAll(".nb-html").length];
          const box = result.appendChild(document.createElement("div"));
          box.className = "nb-html";
          for (const name of ["role", "aria-label"]) if (twin?.hasAttribute(name)) box.setAttribute(name, twin.getAttribute(name));
          box.innerHTML = text;
          const own = outputs.flatMap((output) => [...output.querySelectorAll("img.nb-figure")]);  // they say what figures show
          box.querySelectorAll("img.nb-figure").forEach((image, n) => { image.alt = own[n]?.alt ?? "A figure"; });
          return;
        }
        const error = kind === "error" ? " nb-error" : "", last = result.lastElementChild;
        if (!error && last?.dataset.kind === kind) {
          last.querySelector("code").append(text);
          return;
        }
        const box = result.appendChild(document.createElement("div"));
        box.className = `language-text no-copy nb-out highlight${error}`;
        box.dataset.kind = kind;
        const code = box.appendChild(document.createElement("pre")).appendChild(document.createElement("code"));
        code.tabIndex = 0;  // it may scroll
        code.textContent = text;
      },
      replaceOutputs(on) { for (const output of outputs) output.hidden = on; },
    };

    function leave() {  // a cell that waits leaves the queue; the one that runs takes Python with it
      if (current?.one === self) stop();
      else self.isLeft = true;
    }
    function reset() {
      if (self.isBusy) leave();
      self.clear();
      self.replaceOutputs(false);
    }
    const start = () => self.isBusy ? leave() : run([self]);
    self.does = {
      run: start, check: start, reset,
      above: () => run(blocks.slice(0, number - 1).map(cell).filter((one) => !one.check)),
    };
    return self;
  }

  function touched(event) {
    const place = event.target.closest(".nb-bar, .nb-run");
    return place && cell(place.matches(".nb-bar") ? place.previousElementSibling : place);
  }
  document.addEventListener("click", (event) => {
    const does = event.target.closest(".nb-bar button")?.dataset.do;
    if (does) touched(event).does[does]?.();
  });
  document.addEventListener("cell-reset", ({target}) => cells.get(target)?.does.reset());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey || !touched(event)) return;
    event.preventDefault();
    if (!touched(event).isBusy) run([touched(event)]);
  });

  function run(some) {
    const before = stops;
    let failed = false;
    for (const one of some.filter((each) => !each.isBusy)) {
      one.isLeft = false;
      one.busy(true);
      one.say("Waiting for the cell before.");
      queue = queue.then(async () => {
        if (one.isLeft) one.say("Not run.");
        else if (stops !== before || failed) one.say("Not run, since a cell before it stopped.");
        else failed = await execute(one) !== "done";
        one.busy(false);
      });
    }
  }

  function execute(one) {
    return new Promise((settle) => {
      const absolute = (address) => new URL(address, location.href).href;
      const parts = [{name: `cell ${one.number}`, code: one.code}];
      if (one.check) parts.push({name: "check", code: one.check});
      let fresh = true;
      const next = () => worker.postMessage({
        python: absolute(settings.python), pins: absolute(settings.pins), wheel: absolute(settings.wheel),
        ...parts.shift(),
      });
      const message = ({data}) => {
        if (data.progress) one.progress(data.progress);
        else if (data.said) one.say(data.said);
        else if (data.unable) end("unable", data.unable);
        else if (data.kind) {
          first();
          one.show(data.kind, data.text);
        } else if (data.end) {
          first();
          if (data.end !== "done") end(data.end, "It stopped at an error, which is shown under the code.");
          else if (parts.length) next();
          else finish();
        }
      };
      const first = () => {  // what stood there stands until there is something else
        if (fresh) { one.clear(); one.replaceOutputs(true); }
        fresh = false;
      };
      const finish = () => {
        const isRight = one.check && one.verdict === "true";
        if (isRight) one.bar.dispatchEvent(new Event("exercise-done", {bubbles: true}));
        end("done", !one.check ? "Done." : isRight ? "Right." : "Not yet.");
      };
      const end = (how, said) => {
        one.say(said);
        current = null;
        if (how === "unable") discard();
        settle(how);
      };
      const broken = () => end("unable", "Python could not be started. The page is as it was.");
      try {
        worker ??= governed(absolute(settings.worker));
      } catch {
        broken();
        return;
      }
      worker.onmessage = message;
      worker.onerror = broken;
      current = {one, end};
      one.say("Running.");
      next();
    });
  }

  function governed(script) {  // a blob's worker obeys the policy of the page; a file's has none, where hosts send none
    const start = new Blob([`importScripts(${JSON.stringify(script)})`], {type: "text/javascript"});
    const address = URL.createObjectURL(start);
    try {
      return new Worker(address);
    } finally {
      URL.revokeObjectURL(address);
    }
  }
  function discard() {
    worker?.terminate();
    worker = null;
  }
  function stop() {
    stops += 1;
    discard();
    current?.end("stopped", "Stopped. The next run starts Python afresh.");
  }
  addEventListener("pagehide", () => {
    stop();
    for (const one of cells.values()) one.say("");
  });
})();
