// The cost explorer: onebyone.cost in the browser's integers, which are as exact as Python's.
for (const explorer of document.querySelectorAll(".explorer")) {
  const fields = [...explorer.querySelectorAll("input")];
  const status = explorer.querySelector("[role=status]"), charts = explorer.querySelectorAll("dl");
  const decides = explorer.querySelector(".decides").children;
  const text = (count) => count.toLocaleString("en-GB");

  function show() {
    const wrong = fields.find((field) => !field.checkValidity() || !Number.isInteger(field.valueAsNumber));
    for (const field of fields) field.setAttribute("aria-invalid", field === wrong);
    if (wrong) {
      status.textContent = `${wrong.parentNode.textContent.trim()}: a whole number from 1 to ${wrong.max}, please.`;
      return;
    }
    const [cIn, cOut, k, m, height, width] = fields.map((field) => BigInt(field.valueAsNumber));
    const weights = {direct: k * k * cIn * cOut, through: cIn * m + k * k * m * cOut};
    const widest = (weights.direct - 1n) / (cIn + k * k * cOut);
    chart(charts[0], weights);
    chart(charts[1], {direct: weights.direct * height * width, through: weights.through * height * width});
    const pays = weights.through < weights.direct;
    decides[0].textContent = `${m} · (${cIn} + ${k}² · ${cOut}) = ${text(weights.through)}`;
    decides[1].textContent = `${pays ? "<" : "≥"} ${text(weights.direct)} = ${k}² · ${cIn} · ${cOut}`;
    status.textContent = `A bottleneck of ${m} channels has ${percent(weights)}% of the weights: `
      + `${pays ? "it pays" : "it does not pay"}. ${widest ? `It pays up to ${widest} channels.` : "No width pays here."}`;
  }
  function percent({direct, through}) {  // one decimal, and as many more as tell it from 0 and from 100
    for (let one = 10n, decimals = 1; ; one *= 10n, decimals += 1) {
      const rounded = (200n * one * through + direct) / (2n * direct);
      if (through !== direct && (rounded === 0n || rounded === 100n * one)) continue;
      return `${text(rounded / one)}.${String(rounded % one).padStart(decimals, "0")}`;
    }
  }
  function chart(list, {direct, through}) {
    const most = direct > through ? direct : through;
    const length = (count) => `${(Number(count) / Number(most) * 100).toFixed(2)}%`;
    list.style.setProperty("--at", length(direct));
    const bars = list.querySelectorAll(".track > span"), counts = list.querySelectorAll("[data-count]");
    [direct, through].forEach((count, n) => {
      bars[n].style.width = length(count);
      counts[n].textContent = text(count);
    });
  }
  function remember() {  // in the address, so that a setting can be linked
    const address = new URL(location.href);
    for (const field of fields) address.searchParams.set(field.name, field.value);
    address.hash = explorer.id;
    history.replaceState(history.state, "", address);
  }
  explorer.addEventListener("input", show);
  explorer.addEventListener("change", () => { if (explorer.checkValidity()) remember(); });
  explorer.addEventListener("submit", (event) => event.preventDefault());
  for (const button of explorer.querySelectorAll("[data-layer]")) button.addEventListener("click", () => {
    button.dataset.layer.split(" ").forEach((value, n) => { fields[n].value = value; });
    show();
    remember();
  });
  const linked = new URL(location.href).searchParams;
  for (const field of fields) if (linked.has(field.name)) field.value = linked.get(field.name);
  show();
}
