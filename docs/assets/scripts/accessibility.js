// Names for controls that Material leaves without one, and keyboard access to what scrolls sideways.
document$.subscribe(() => {
  document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-nav .md-nav").forEach((nav) => {  // each part of a menu is a landmark: no two alike
    const own = nav.getAttribute("aria-label")  // the label of a part with a page of its own has an icon alone
      ?? (document.getElementById(nav.getAttribute("aria-labelledby"))?.textContent.trim()
        || nav.querySelector(".md-nav__title").textContent.trim());
    nav.removeAttribute("aria-labelledby");
    nav.setAttribute("aria-label", `${nav.parentElement.closest("nav").getAttribute("aria-label")}: ${own}`);
  });
  document.querySelector(".md-dialog")?.setAttribute("role", "status");  // says that something was copied
  // A copy button is made when its block comes into view, and is named by a title, which its tooltip takes away.
  const blocks = [...document.querySelectorAll(".highlight")];
  const named = () => {
    for (const nav of document.querySelectorAll(".md-code__nav:not([aria-label])"))
      nav.setAttribute("aria-label", `Code block ${blocks.indexOf(nav.closest(".highlight")) + 1}`);
    for (const button of document.querySelectorAll("[data-clipboard-target][title]:not([aria-label])"))
      button.setAttribute("aria-label", button.title);
  };
  new MutationObserver(named).observe(document.body, {childList: true, subtree: true});
  // What scrolls sideways is measured as it comes near: a page that is just opened has better things to do.
  const reach = (boxes) => {
    const wide = boxes.filter((box) => box.scrollWidth > box.clientWidth);
    for (const box of wide) box.tabIndex = 0;
  };
  const scrolling = document.querySelectorAll(".md-typeset__scrollwrap, .nb-html, .formula, .md-typeset pre > code");
  let near;
  const watch = () => {
    near?.disconnect();
    near = new IntersectionObserver(
      (entries) => reach(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target)), {rootMargin: "400%"});
    for (const box of scrolling) near.observe(box);
  };
  watch();
  addEventListener("resize", watch);  // a telephone that is turned
  document.addEventListener("contentvisibilityautostatechange", ({target, skipped}) => {  // code has a width once it is laid out
    if (!skipped) requestAnimationFrame(() => reach([target]));
  }, true);
});
