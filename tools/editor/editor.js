// The editor of a cell: CodeMirror, in the page's own colours. `make editor` bundles it for docs/assets/scripts.
import {closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {pythonLanguage} from "@codemirror/lang-python";
import {bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting} from "@codemirror/language";
import {EditorView, keymap} from "@codemirror/view";
import {tags} from "@lezer/highlight";

// What Pygments calls them on the page: its style sheet gives each scheme's colour to a variable.
const COLOURS = {
  comment: [tags.comment],
  function: [tags.definition(tags.className), tags.function(tags.definition(tags.variableName))],
  keyword: [tags.keyword, tags.meta],
  name: [tags.variableName, tags.propertyName, tags.bool, tags.null],
  number: [tags.number],
  operator: [tags.operator, tags.operatorKeyword],
  punctuation: [tags.punctuation],
  special: [tags.escape],
  string: [tags.string],
};
const colours = HighlightStyle.define(Object.entries(COLOURS)
  .map(([name, tag]) => ({tag, color: `var(--md-code-hl-${name}-color)`})));

const look = EditorView.theme({
  "&.cm-focused": {outline: ".1rem solid var(--md-accent-fg-color)", outlineOffset: "-.1rem"},
  ".cm-scroller": {fontFamily: "inherit", lineHeight: "inherit"},
  ".cm-content": {padding: ".525rem 0", caretColor: "currentcolor"},
  ".cm-line": {padding: "0 1.1764705882em"},
  "&.cm-focused .cm-matchingBracket, &.cm-focused .cm-nonmatchingBracket": {background: "none"},
  "&.cm-focused .cm-matchingBracket": {outline: ".05rem solid currentcolor"},
});

const keys = keymap.of([
  {key: "Shift-Enter", run: () => true},  // no new line: the page runs the cell
  // CodeMirror leaves two seconds for Tab after Escape, which are too few for many readers.
  {key: "Escape", run: (view) => { view.setTabFocusMode(true); return false; }},
  indentWithTab, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap,
]);

// Where Chromium itself replaces a selection, it gives what is typed a style of its own, which the page's policy refuses.
const replace = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const {from, to, empty} = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
    const typed = () => view.state.update(view.state.replaceSelection(event.data), {userEvent: "input.type", scrollIntoView: true});
    const handlers = view.state.facet(EditorView.inputHandler);  // a bracket goes around the selection
    if (!handlers.some((handle) => handle(view, from, to, event.data, typed))) view.dispatch(typed());
    return true;
  },
});

/** Opens an editor in an empty element; what comes back is used as a textarea is. */
export function open(host, {text, label, changed}) {
  const view = new EditorView({
    doc: text,
    // Only in a shadow root are CodeMirror's styles none that the page's policy forbids; open, since Material
    // looks into it for who has the focus, and keeps its one-letter keys from those who type.
    parent: host.attachShadow({mode: "open"}),
    extensions: [
      pythonLanguage, syntaxHighlighting(colours), look, keys, replace, history(), closeBrackets(), bracketMatching(),
      indentOnInput(), indentUnit.of("    "), EditorView.contentAttributes.of({"aria-label": label, tabindex: "0"}),
      EditorView.updateListener.of((update) => {
        if (update.docChanged || update.focusChanged) view.setTabFocusMode(false);
        if (update.docChanged) changed();
      }),
    ],
  });
  return {
    get value() { return view.state.doc.toString(); },
    focus: () => view.focus(),
    setSelectionRange: (anchor, head) => view.dispatch({selection: {anchor, head}, scrollIntoView: true}),
    remove() { view.destroy(); host.remove(); },
  };
}
