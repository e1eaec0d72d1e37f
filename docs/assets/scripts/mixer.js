// The channel mixer: SVG's feColorMatrix is a 1×1 convolution that every browser has.
for (const mixer of document.querySelectorAll(".mixer")) {
  const entries = [...mixer.querySelectorAll("[data-entry]")];  // row by row: three weights and the bias
  const presets = [...mixer.querySelectorAll("[data-mix]")];
  const scalar = mixer.querySelector("[data-scalar]"), diagonal = [0, 5, 10].map((n) => entries[n]);
  const filter = mixer.querySelector("feColorMatrix"), status = mixer.querySelector("[role=status]");
  const label = scalar.previousElementSibling, named = label.textContent, colours = ["red", "green", "blue"];
  let call = mixer.closest(".nb-html") ?? mixer;
  while (call && !call.matches(".nb-run")) call = call.nextElementSibling;  // the cell that makes the same call
  const numbers = call?.querySelectorAll("code .mf") ?? [];
  const text = (value) => Number(value).toFixed(3);
  const listed = (names) => names.join(", ").replace(/, (\w+)$/, " and $1");

  function verdict(rows) {  // what keeps them from being a scaling, in words
    const own = rows.map((row, out) => row[out]);
    const takes = rows.map((row, out) => colours.filter((_, part) => part !== out && row[part] !== 0));
    const biased = colours.filter((_, out) => rows[out][3] !== 0);
    return [
      takes.flatMap((from, out) => from.length ? `${colours[out]} from ${listed(from)}` : [])
        .join(", ").replace(" ", " takes "),
      own.some((value) => value !== own[0]) && `the diagonal is not one number: ${own.join(", ")}`,
      biased.length && `the bias of ${listed(biased)} is not 0`,
    ];
  }

  function show() {
    const values = entries.map((entry) => Number(entry.value));
    const rows = [0, 4, 8].map((n) => values.slice(n, n + 4));
    filter.setAttribute("values", `${rows.map(([a, b, c, d]) => `${a} ${b} ${c} 0 ${d}`).join(" ")} 0 0 0 1 0`);
    [...rows.map((row) => row.slice(0, 3)), ...rows.map((row) => row[3])].flat()
      .forEach((value, n) => { if (numbers[n]) numbers[n].textContent = text(value); });
    for (const preset of presets) preset.setAttribute("aria-pressed", preset.dataset.mix.split(" ").map(Number).join() === values.join());
    mixer.dispatchEvent(new CustomEvent("mix", {detail: rows}));
    const broken = verdict(rows), [, uneven] = broken;
    for (const [n, entry] of entries.entries()) {
      const figure = entry.nextElementSibling, breaks = diagonal.includes(entry) ? uneven && "≠ s" : values[n] && "≠ 0";
      figure.textContent = text(entry.value);
      if (breaks) figure.dataset.breaks = breaks; else delete figure.dataset.breaks;
    }
    scalar.disabled = broken.some(Boolean);  // there is none to show, and none that could be moved
    if (!scalar.disabled) scalar.value = diagonal[0].value;
    scalar.nextElementSibling.textContent = scalar.disabled ? "–" : text(scalar.value);
    label.textContent = scalar.disabled ? "no s: press identity to start again" : named;
    const said = scalar.disabled ? `No scalar does this: ${broken.filter(Boolean).join("; ")}.`
      : `This is a scaling by ${values[0]}.`;
    if (status.textContent !== said) status.textContent = said;
  }
  const steps = (slider) => Math.round(slider.value * 1000) / 50;  // of a twentieth; a preset lies between two
  for (const slider of [...entries, scalar]) {
    slider.addEventListener("input", () => {
      slider.value = Math.round(steps(slider)) / 20;
      if (slider === scalar) for (const entry of diagonal) entry.value = scalar.value;
      show();
    });
    slider.addEventListener("keydown", (event) => {  // else browsers disagree
      const way = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[event.key];
      if (!way) return;
      event.preventDefault();
      slider.value = (way > 0 ? Math.floor(steps(slider)) + 1 : Math.ceil(steps(slider)) - 1) / 20;
      slider.dispatchEvent(new Event("input", {bubbles: true}));
    });
  }
  for (const button of presets) button.addEventListener("click", () => {
    button.dataset.mix.split(" ").forEach((value, n) => { entries[n].value = value; });
    show();
  });
  show();
}
