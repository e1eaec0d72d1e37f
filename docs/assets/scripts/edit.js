// What a reader types into the cells, and which exercises are done: kept on this device, for all pages of the site.
(() => {
  const own = document.currentScript.src, site = new URL("../..", own).pathname;  // one host may have several books
  const page = location.pathname.replace(/index\.html$/, "");
  const PATIENCE = 10_000;  // ms: then a reader gets a plain field to type into
  const FETCHING = "Fetching the editor.";
  const blocks = [...document.querySelectorAll(".nb-run")], cells = new Map(), done = new Set();
  let fetched = null, failures = 0;

  // A browser may have no storage, forbid it, or have it full: then nothing is kept, and all else works.
  const stored = (ask) => { try { return ask(localStorage); } catch { return null; } };
  const prefix = `${site}.reader.`, ofExercise = (name) => `${prefix}done.${name}`;
  const ours = () => stored((all) => Object.keys(all).filter((key) => key.startsWith(prefix))) ?? [];
  const bare = (text) => text.trimEnd();
  // By the book's text, before a widget changes it: where a new edition has another, nobody has typed anything.
  const codeOf = (block) => block.querySelector("pre > code");
  const keys = new Map(blocks.map((block) => [block, `${prefix}typed.${page}.${bare(codeOf(block).textContent)}`]));
  const isKept = (block) => stored((all) => all.getItem(keys.get(block))) !== null;

  function cell(block) {  // made when it is first touched, so that opening the page costs nothing
    if (!cells.has(block)) cells.set(block, made(block));
    return cells.get(block);
  }
  function made(block) {
    const bar = block.nextElementSibling, code = codeOf(block), pre = code.parentNode;
    const book = [...code.childNodes], original = bare(code.textContent), key = keys.get(block);
    const edit = bar.querySelector("[data-do=edit]"), does = bar.dataset.check ? "checks" : "runs";
    const reset = Object.assign(document.createElement("button"), {type: "button"});
    reset.dataset.do = "reset";
    edit.after(reset);
    const yours = sign(bar, "yours"), hint = sign(bar, "hint", `Shift+Enter ${does} it. Escape, then Tab, leaves it.`);
    hint.setAttribute("aria-hidden", true);  // the editor's name says it
    let editor = null, isYours = false, isOpening = false, undone = null;

    function render() {
      pre.hidden = edit.hidden = Boolean(editor);
      reset.hidden = !editor && !isYours && undone === null;
      reset.textContent = editor || isYours ? "Reset" : "Undo reset";
      yours.hidden = !isYours;
      hint.hidden = !editor;
    }
    function put(text) {  // into the page too, hidden behind the editor: what is run, copied and printed is read there
      code.replaceChildren(text);
      isYours = bare(text) !== original;
      const isSafe = stored((all) => { isYours ? all.setItem(key, text) : all.removeItem(key); return true; });
      yours.textContent = isSafe ? "Your version" : "Your version, until you leave: this browser keeps nothing";
      render();
      showForget();
    }
    function putBook() {
      editor?.remove();
      editor = null;
      isYours = false;
      code.replaceChildren(...book);
      stored((all) => all.removeItem(key));
      block.dispatchEvent(new Event("cell-reset", {bubbles: true}));
      render();
    }
    const said = bar.querySelector("[data-is=said]"), say = (text) => { said.textContent = text; };

    const kept = stored((all) => all.getItem(key));
    if (kept !== null) put(kept); else render();
    return {
      forget() {
        undone = null;
        putBook();
        say("");
      },
      async edit() {
        if (editor || isOpening) return;
        isOpening = true;
        if (!fetched && !bar.classList.contains("is-busy")) say(FETCHING);
        const module = await soon(fetched ??= fetchEditor()).catch(() => null);
        isOpening = false;
        if (said.textContent === FETCHING) say("");
        const text = bare(code.textContent), focused = document.activeElement;
        const label = `Code of cell ${blocks.indexOf(block) + 1}. ${hint.textContent}`;
        const host = document.createElement("div");
        host.className = "nb-editor";
        pre.after(host);
        const open = module?.open ?? openPlain;
        editor = open(host, {text, label, changed: () => put(editor.value)});
        code.replaceChildren(text);  // else a widget would go on to change what is no longer seen
        render();
        if (focused !== edit && focused !== document.body && !block.contains(focused)) return;  // the reader went on
        const gap = bar.dataset.check ? text.indexOf("...") : -1;  // what an exercise leaves to its reader
        editor.focus();
        editor.setSelectionRange(Math.max(gap, 0), gap < 0 ? 0 : gap + 3);
      },
      reset() {
        if (editor || isYours) {
          if (isYours) undone = code.textContent;
          putBook();
          say("The cell is as the book has it.");
        } else {
          const text = undone;
          undone = null;
          put(text);
          say("Your version is back.");
        }
        if (reset.hidden) edit.focus();
      },
    };
  }
  function sign(bar, name, text = "", before = "[data-is=progress]") {
    const box = document.createElement("span");
    box.dataset.is = name;
    box.textContent = text;
    bar.querySelector(before).before(box);
    return box;
  }

  async function fetchEditor() {
    try {
      // Browsers without it would have the editor without its styles, which the page's policy forbids elsewhere.
      if (!("adoptedStyleSheets" in document)) throw new Error("an old browser");
      return await import(new URL(`editor.js${failures ? `?${failures}` : ""}`, own));  // one that failed fails for good
    } catch (error) {
      fetched = null;
      failures += 1;
      throw error;
    }
  }
  const soon = (promise) => Promise.race([promise, new Promise((_, late) => { setTimeout(late, PATIENCE); })]);
  function openPlain(host, {text, label, changed}) {
    const field = Object.assign(document.createElement("textarea"), {value: text, spellcheck: false, autocapitalize: "off"});
    field.setAttribute("autocorrect", "off");
    field.setAttribute("aria-label", label);
    const fit = () => { field.rows = field.value.split("\n").length; };
    field.addEventListener("input", () => { fit(); changed(); });
    fit();
    host.replaceWith(field);
    return field;
  }

  const isDone = (name) => done.has(name) || stored((all) => all.getItem(ofExercise(name))) !== null;
  const exercises = [...document.querySelectorAll(".nb-bar[data-exercise]")];
  const link = document.querySelector("[data-exercises]"), all = link?.textContent;
  function showDone() {
    const marked = exercises.filter((bar) => isDone(bar.dataset.exercise));
    for (const bar of exercises) {
      const mark = bar.querySelector("[data-is=done]");
      if (!marked.includes(bar)) mark?.remove();
      else if (!mark) sign(bar, "done", "✓ Done", "[data-is]");
    }
    const text = marked.length ? `${all}, ${marked.length} done` : all;
    if (link && link.textContent !== text) link.textContent = text;
  }
  document.addEventListener("exercise-done", ({target}) => {
    const name = target.dataset.exercise;
    done.add(name);
    stored((all) => all.setItem(ofExercise(name), ""));
    showDone();
    showForget();
  });

  let forget = null;
  function showForget() {  // at the end of the exercises, once there is something to forget
    const heading = document.getElementById("exercises");
    if (forget || !heading || !ours().length) return;
    forget = document.createElement("p");
    forget.className = "nb-forget";
    forget.append("What you type and the exercises you have done stay in this browser, on this device. ");
    const button = forget.appendChild(Object.assign(document.createElement("button"), {type: "button"}));
    button.textContent = "Forget all of it";
    button.addEventListener("click", forgetAll);
    let last = heading;
    while (last.nextElementSibling && !last.nextElementSibling.matches("h1, h2, script, aside, form, nav, .footnote"))
      last = last.nextElementSibling;
    last.after(forget);
  }
  function forgetAll() {
    if (!confirm("Forget everything that you typed and every exercise done, on all pages of this book?")) return;
    for (const one of cells.values()) one.forget();
    for (const key of ours()) stored((all) => all.removeItem(key));
    done.clear();
    showDone();
    forget.textContent = "Nothing of yours is kept here any more.";
    forget.tabIndex = -1;
    forget.focus();
    forget = null;
  }

  document.addEventListener("click", ({target}) => {
    const button = target.closest(".nb-bar button"), does = button?.dataset.do;
    if (does === "edit" || does === "reset") cell(button.parentNode.previousElementSibling)[does]();
    const block = target.closest(".nb-run code")?.closest(".nb-run");  // an exercise is there to be written
    if (block?.nextElementSibling.dataset.check && getSelection().isCollapsed) cell(block).edit();
  });
  addEventListener("storage", showDone);  // one that was done in another window
  for (const block of blocks.filter(isKept)) cell(block);
  showDone();
  showForget();
})();
