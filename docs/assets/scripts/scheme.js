// Light or dark: as the system has it, until a reader presses the switch in the header.
let chosen = false;
try { chosen = __md_get("scheme") !== null; } catch {}  // a browser may keep nothing
const paint = (scheme) => { document.body.dataset.mdColorScheme = scheme; };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({matches}) => {
  if (!chosen) paint(matches ? "slate" : "default");
});
for (const button of document.querySelectorAll("[data-from]")) {
  button.addEventListener("click", () => {
    const scheme = button.dataset.from === "slate" ? "default" : "slate";
    chosen = true;
    paint(scheme);
    try { __md_set("scheme", scheme); } catch {}
    document.querySelector(`[data-from="${scheme}"]`).focus();  // the button that was pressed is hidden now
  });
}
