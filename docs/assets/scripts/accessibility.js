// Names for controls that Material leaves without one, and keyboard access to what scrolls sideways.
document$.subscribe(() => {
  document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-code__nav").forEach((nav, n) => nav.setAttribute("aria-label", `Code block ${n + 1}`));
  const scrolling = ".md-typeset__scrollwrap, .nb-html, .formula, .md-typeset pre > code";
  requestAnimationFrame(() => document.querySelectorAll(scrolling).forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }));
});
