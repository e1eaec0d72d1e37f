// The documents to search in come when a reader turns to the search: then its worker is asked for a blank, as if typed.
document.querySelector(".md-search__input")?.addEventListener("focus", ({target}) => {
  if (target.value) return;
  for (const typed of [" ", ""]) {
    target.value = typed;
    target.dispatchEvent(new KeyboardEvent("keyup"));
  }
}, {once: true});
