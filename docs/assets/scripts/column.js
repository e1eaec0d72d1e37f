// The column: which tiles a filter sees, and the sum that it makes of them. All else was drawn by the build.
for (const widget of document.querySelectorAll(".column")) {
  const {x, filters, decimals, heads} = JSON.parse(widget.dataset.given), size = x[0].length, maps = x.length;
  const picture = widget.querySelector("svg"), planes = [...picture.querySelectorAll(".given, .made")];
  const made = planes.at(-1), cover = made.querySelector(".cover"), through = picture.querySelector(".through");
  const slider = widget.querySelector("input"), play = widget.querySelector("[data-play]");
  const kernels = [...widget.querySelectorAll("button[data-kernel]")], lines = [...widget.querySelectorAll(".sums > p")];
  const status = widget.querySelector("[role=status]"), number = (value) => value.toFixed(decimals);
  let kernel = Number(picture.dataset.kernel), timer;

  const side = () => size - kernel + 1, at = () => [Math.floor(slider.value / side()), slider.value % side()];
  const clamped = (value) => Math.max(0, Math.min(side() - 1, value));

  function show() {
    const [row, column] = at(), beside = (kernel - 1) / 2, filter = filters[kernel];
    picture.dataset.kernel = kernel;
    for (const button of kernels) button.setAttribute("aria-pressed", Number(button.dataset.kernel) === kernel);
    for (const image of picture.querySelectorAll("[data-output]"))
      image.toggleAttribute("hidden", Number(image.dataset.output) !== kernel);
    for (const plane of planes) {
      const [from, wide] = plane === made ? [beside, 1] : [0, kernel];
      for (const frame of plane.querySelectorAll("rect"))
        for (const [name, value] of Object.entries({x: column + from, y: row + from, width: wide, height: wide}))
          frame.setAttribute(name, value);
    }
    through.setAttribute("d", [0, 1].flatMap((down) => [0, 1].map((across) => {
      const corner = [row + down * kernel, column + across * kernel];
      return `M${[[corner, 0], [corner, maps - 1], [[row + beside + down, column + beside + across], maps]]
        .map(([place, level]) => laid(planes[level], place)).join("L")}`;
    })).join(""));
    // Tiles that are still to be made.
    const last = side() + beside, [down, across] = [row + beside, column + beside + 1];
    cover.setAttribute("d", timer
      ? `M${across} ${down}H${last}V${last}H${beside}V${down + 1}H${across}Z` : "");

    const seen = x.map((map) => map.slice(row, row + kernel).flatMap((line) => line.slice(column, column + kernel)));
    const weights = filter.map((map) => map.flat());
    const sums = seen.map((values, n) => values.reduce((sum, value, m) => sum + value * weights[n][m], 0));
    const total = sums.reduce((sum, one) => sum + one, 0);
    for (const [n, line] of lines.entries()) {
      line.querySelector(".sum").textContent = number(sums[n] ?? total);
      const terms = line.querySelector(".terms");
      if (n === maps) { terms.textContent = sums.map(number).join(" + "); continue; }
      line.querySelector("small").textContent = heads[kernel > 1 ? 1 : 0];
      terms.replaceChildren(cells(seen[n]), dot(), cells(weights[n].map(number)));
    }
    slider.setAttribute("aria-valuetext", index(row, column));
    if (timer) return;  // nobody can listen to it as fast
    const terms = kernel === 1 ? seen.map(([value], n) => `${value} · ${number(weights[n][0])}`) : sums.map(number);
    status.textContent = `${kernel}×${kernel} over ${maps} channels, ${maps * kernel ** 2} weights: `
      + `${index(row, column)} = ${terms.join(" + ")} = ${number(total)}`;
  }
  const index = (row, column) => `y[0,\xa0${row},\xa0${column}]`;
  const dot = () => Object.assign(document.createElement("i"), {textContent: "·"});
  function cells(texts) {
    const box = Object.assign(document.createElement("span"), {className: "cells"});
    box.dataset.kernel = kernel;
    box.append(...texts.map((text) => Object.assign(document.createElement("span"), {textContent: text})));
    return box;
  }
  function laid(plane, [row, column]) {  // where a corner of a tile lies in the drawing
    const {a, c, d, e, f} = plane.transform.baseVal.consolidate().matrix;
    return `${a * column + c * row + e} ${d * row + f}`;
  }
  function move(row, column) {
    slider.value = clamped(row) * side() + clamped(column);
    show();
  }
  function choose(next, row, column) {  // the same tile under the filter's middle
    row += (kernel - next) / 2;
    column += (kernel - next) / 2;
    kernel = next;
    slider.max = side() ** 2 - 1;
    move(row, column);
  }
  function stop() {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "Play";
    show();
  }
  function remember() {  // in the address, so that a setting can be linked
    const address = new URL(location.href);
    address.searchParams.set(widget.id, [kernel, ...at()].join());
    address.hash = widget.id;
    history.replaceState(history.state, "", address);
  }

  slider.addEventListener("input", () => { if (timer) stop(); else show(); });
  slider.addEventListener("change", remember);
  slider.addEventListener("keydown", (event) => {
    const way = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
    if (!way) return;
    event.preventDefault();
    if (timer) stop();
    const [row, column] = at();
    move(row + way[0], column + way[1]);
    remember();
  });
  for (const button of kernels) button.addEventListener("click", () => {
    if (timer) stop();
    choose(Number(button.dataset.kernel), ...at());
    remember();
  });
  // A screen reader says what keys and presses do; of a pointer that passes by, it would say every tile.
  const listen = (event) => status.setAttribute("aria-live", event.type === "pointermove" ? "off" : "polite");
  for (const kind of ["keydown", "input", "click", "pointermove"]) widget.addEventListener(kind, listen, true);

  function point(event) {
    for (const plane of planes) {
      const {x: across, y: down} = new DOMPoint(event.clientX, event.clientY).matrixTransform(plane.getScreenCTM().inverse());
      if (Math.min(across, down) < 0 || Math.max(across, down) >= size) continue;
      if (timer) stop();
      move(Math.floor(down) - (kernel - 1) / 2, Math.floor(across) - (kernel - 1) / 2);
      return;
    }
  }
  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  picture.addEventListener("click", remember);
  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    const count = side() ** 2;
    play.textContent = "Pause";
    if (Number(slider.value) === count - 1) slider.value = 0;
    timer = setInterval(() => {
      if (Number(slider.value) === count - 1) { stop(); return; }
      slider.value = Number(slider.value) + 1;
      show();
    }, Math.max(40, Math.min(900, 10_000 / count)));
    show();
  });

  const [asked, row, column] = (new URL(location.href).searchParams.get(widget.id) ?? "").split(",").map(Number);
  if (filters[asked] && Number.isInteger(row) && Number.isInteger(column)) {
    kernel = asked;
    slider.max = side() ** 2 - 1;
    move(row, column);
  }
}
