// The channel mixer: SVG's feColorMatrix is a 1×1 convolution that every browser has.
for (const mixer of document.querySelectorAll(".mixer")) {
  const entries = [...mixer.querySelectorAll("[data-entry]")];  // row by row: three weights and the bias
  const scalar = mixer.querySelector("[data-scalar]"), diagonal = [0, 5, 10].map((n) => entries[n]);
  const filter = mixer.querySelector("feColorMatrix"), status = mixer.querySelector("[role=status]");
  let call = mixer.closest(".nb-html") ?? mixer;
  while (call && !call.matches(".nb-run")) call = call.nextElementSibling;  // the cell that makes the same call
  const numbers = call?.querySelectorAll("code .mf") ?? [];
  const text = (value) => Number(value).toFixed(3);

  function show() {
    const values = entries.map((entry) => Number(entry.value));
    const rows = [0, 4, 8].map((n) => values.slice(n, n + 4));
    filter.setAttribute("values", `${rows.map(([a, b, c, d]) => `${a} ${b} ${c} 0 ${d}`).join(" ")} 0 0 0 1 0`);
    [...rows.map((row) => row.slice(0, 3)), ...rows.map((row) => row[3])].flat()
      .forEach((value, n) => { if (numbers[n]) numbers[n].textContent = text(value); });
    const off = values.some((value, n) => ![0, 5, 10].includes(n) && value !== 0);
    const equal = diagonal.every((entry) => entry.value === diagonal[0].value);
    if (equal) scalar.value = diagonal[0].value;
    for (const entry of [...entries, scalar]) entry.nextElementSibling.textContent = text(entry.value);
    const said = off || !equal ? "No scalar does this: the matrix is no multiple of the identity, or there is a bias."
      : `This is a scaling by ${Number(diagonal[0].value)}.`;
    if (status.textContent !== said) status.textContent = said;
  }
  for (const entry of entries) entry.addEventListener("input", () => {
    entry.value = Math.round(entry.value * 100) / 100;
    show();
  });
  for (const slider of [...entries, scalar]) slider.addEventListener("keydown", (event) => {  // else browsers disagree
    const way = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[event.key];
    if (!way) return;
    event.preventDefault();
    slider.value = Number(slider.value) + way * 0.05;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
  });
  scalar.addEventListener("input", () => {
    scalar.value = Math.round(scalar.value * 100) / 100;
    for (const entry of diagonal) entry.value = scalar.value;
    show();
  });
  for (const button of mixer.querySelectorAll("[data-mix]")) button.addEventListener("click", () => {
    button.dataset.mix.split(" ").forEach((value, n) => { entries[n].value = value; });
    show();
  });
  show();
}
