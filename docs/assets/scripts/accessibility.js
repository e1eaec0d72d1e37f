// Names for controls that Material leaves without one, and keyboard access to what scrolls sideways.
document$.subscribe(() => {
  document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-code__nav").forEach((nav, n) => nav.setAttribute("aria-label", `Code block ${n + 1}`));
  document.querySelectorAll(".md-nav .md-nav").forEach((nav) => {  // each part of a menu is a landmark: no two alike
    const own = nav.getAttribute("aria-label")
      ?? document.getElementById(nav.getAttribute("aria-labelledby"))?.textContent.trim();
    nav.removeAttribute("aria-labelledby");
    nav.setAttribute("aria-label", `${nav.parentElement.closest("nav").getAttribute("aria-label")}: ${own}`);
  });
  document.querySelector(".md-dialog")?.setAttribute("role", "status");  // says that something was copied
  // A copy button is made when its block comes into view, and is named by a title, which its tooltip takes away.
  const named = () => document.querySelectorAll("[data-clipboard-target][title]:not([aria-label])")
    .forEach((button) => button.setAttribute("aria-label", button.title));
  new MutationObserver(named).observe(document.body, {childList: true, subtree: true});
  // Measured as they come near: a page that is just opened has better things to do than to lay out all of them.
  const scrolling = document.querySelectorAll(".md-typeset__scrollwrap, .nb-html, .formula, .md-typeset pre > code");
  let near;
  const watch = () => {
    near?.disconnect();
    near = new IntersectionObserver((entries) => {
      const wide = entries.filter(({isIntersecting, target}) => isIntersecting && target.scrollWidth > target.clientWidth);
      for (const {target} of wide) target.tabIndex = 0;
    }, {rootMargin: "100%"});
    for (const box of scrolling) near.observe(box);
  };
  watch();
  addEventListener("resize", watch);  // a telephone that is turned
});
