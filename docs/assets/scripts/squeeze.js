// The reader's own pick of maps: how much of all comes back from it, and one map restored. The slider's steps are the build's.
for (const figure of document.querySelectorAll(".way[data-maps]")) {
  const widget = figure.closest(".steps"), slider = widget.querySelector("input");
  const status = widget.querySelector("[role=status]"), {shown, rank, widths, best, scales} = JSON.parse(figure.dataset.given);
  const bytes = Uint8Array.from(atob(figure.dataset.maps), (letter) => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer), buttons = [...figure.querySelectorAll("button")];
  // Each map as a sum of principal ones, which have the variance 1 and are independent.
  const maps = buttons.map((_, n) => [...numbers.subarray(n * rank, (n + 1) * rank)]);
  const own = [...figure.querySelectorAll("[data-own]")], built = figure.querySelectorAll("[data-step]");
  const [canvas, text, bar, cover] = ["canvas", "span", "rect", "g"].map((name) => figure.querySelector(`${name}[data-own]`));
  const percent = (share) => `${(100 * share).toFixed(1)}%`, many = (count) => count === 1 ? "1 map" : `${count} maps`;
  const product = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);
  let picked = [], principal;

  function restore() {  // what the picked maps tell of each other one: Gram and Schmidt
    const rest = maps.map((map) => [...map]);
    for (const map of picked) {
      const axis = [...rest[map]], length = product(axis, axis);
      if (length < 1e-9) continue;  // those before it make it up
      for (const left of rest) {
        const part = product(left, axis) / length;
        for (let n = 0; n < rank; n += 1) left[n] -= part * axis[n];
      }
    }
    return [1 - rest.reduce((sum, left) => sum + product(left, left), 0) / maps.length,
      maps[shown].map((value, n) => value - rest[shown][n])];
  }
  async function read() {  // the principal maps' pixels, three to a picture
    const brush = canvas.cloneNode().getContext("2d", {willReadFrequently: true}), {width, height} = canvas;
    const pixels = (image) => {
      if (image) brush.drawImage(image, 0, 0);
      else brush.fillRect(0, 0, width, height);
      return brush.getImageData(0, 0, width, height).data;
    };
    const images = await Promise.all(figure.dataset.pictures.split(" ").map(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image;
    }));
    // Some browsers do not let a page read what it has painted, and give it noise: black has to be black.
    if (pixels().some((value, n) => Math.abs(value - (n % 4 === 3 ? 255 : 0)) > 4)) throw new Error("noise");
    return images.map(pixels);
  }
  async function paint(sum) {
    if (!canvas.isConnected) return;
    try {
      principal ??= read();
      const pictures = await principal, {width, height} = canvas, image = new ImageData(width, height);
      const factors = scales.map((scale, n) => scale * sum[n]);
      for (let pixel = 0; pixel < width * height; pixel += 1) {
        const grey = factors.reduce((all, factor, n) =>
          all + factor * (pictures[Math.floor(n / 3)][4 * pixel + n % 3] - 127.5), 127.5);
        image.data.set([grey, grey, grey, 255], 4 * pixel);
      }
      canvas.getContext("2d").putImageData(image, 0, 0);
    } catch {
      const instead = Object.assign(document.createElement("p"), {hidden: canvas.hidden});
      instead.textContent = "The picture cannot be made here.";
      own.push(instead);
      canvas.replaceWith(instead);
    }
  }
  function press() {
    for (const [n, button] of buttons.entries()) button.setAttribute("aria-pressed", picked.includes(n));
  }
  function showOwn() {
    const [share, sum] = restore(), count = picked.length;
    for (const part of own) part.removeAttribute("hidden");
    for (const part of built) part.setAttribute("hidden", "");
    press();
    text.replaceChildren(`${many(count)}: `, Object.assign(document.createElement("b"), {textContent: percent(share)}), " of all");
    bar.setAttribute("width", (100 * share).toFixed(1));
    const place = (n) => `M${n % 8} ${Math.floor(n / 8)}h1v1h-1z`, all = [...buttons.keys()];
    const [covers, lit] = cover.children;
    covers.setAttribute("d", all.filter((n) => !picked.includes(n)).map(place).join(""));
    lit.setAttribute("d", picked.map(place).join(""));
    status.textContent = `Your ${many(count)} ${count === 1 ? "restores" : "restore"} ${percent(share)} of all ${maps.length}; `
      + `the best projection to ${count} restores ${percent(best[count])}.`;
    paint(sum);
  }
  function take(step) {  // what the build has drawn
    for (const part of own) part.setAttribute("hidden", "");
    picked = Array.from({length: widths[step]}, (_, n) => Math.floor(n * maps.length / widths[step]));
    press();
  }
  function remember(pick) {  // in the address, so that a pick can be linked
    const address = new URL(location.href);
    if (pick === undefined) address.searchParams.delete("pick");
    else address.searchParams.set("pick", pick.join("."));
    address.hash = widget.id;
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }
  for (const [n, button] of buttons.entries()) button.addEventListener("click", () => {
    picked = picked.includes(n) ? picked.filter((one) => one !== n) : [...picked, n];
    picked.sort((a, b) => a - b);
    showOwn();
    remember(picked);
  });
  // Tab goes to one button, the arrow keys to the others.
  figure.addEventListener("focusin", ({target}) => {
    if (buttons.includes(target)) for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
  });
  figure.addEventListener("keydown", (event) => {
    const from = buttons.indexOf(event.target), last = buttons.length - 1;
    const to = {ArrowRight: from + 1, ArrowLeft: from - 1, ArrowDown: from + 8, ArrowUp: from - 8, Home: 0, End: last}[event.key];
    if (from < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    buttons[to]?.focus();
  });
  widget.addEventListener("step", ({detail}) => {
    take(detail);
    if (new URL(location.href).searchParams.has("pick")) remember();
  });

  take(slider.value);
  const asked = new URL(location.href).searchParams.get("pick");
  if (/^(\d+(\.\d+)*)?$/.test(asked ?? "no")) {
    picked = buttons.map((_, n) => n).filter((n) => asked.split(".").includes(`${n}`));
    showOwn();
  }
}
