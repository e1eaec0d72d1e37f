// A column's head sorts the table: numbers from the largest, words from A, and a second press turns it round.
for (const table of document.querySelectorAll("[data-script='sort.js']")) {
  const [body] = table.tBodies, heads = [...table.tHead.rows[0].cells];
  const read = (row, n) => {
    const text = row.cells[n].textContent.trim(), number = Number(text.replaceAll(",", "").replace(/%$/, ""));
    return text === "" || Number.isNaN(number) ? text : number;  // 2015-12 is a month, and no 2015
  };
  const compare = (a, b) => typeof a === typeof b ? (typeof a === "number" ? a - b : a.localeCompare(b)) : (typeof a === "number" ? 1 : -1);
  for (const [n, head] of heads.entries()) {
    const button = Object.assign(document.createElement("button"), {type: "button"});
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const rows = [...body.rows], isNumber = rows.every((row) => typeof read(row, n) === "number");
      const before = head.getAttribute("aria-sort"), down = before ? before === "ascending" : isNumber;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((a, b) => (down ? -1 : 1) * compare(read(a, n), read(b, n)));
      body.append(...rows);
    });
  }
}
