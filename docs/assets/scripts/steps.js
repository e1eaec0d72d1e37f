// A picture in steps: the build has drawn each of them and written what it shows; here one is chosen.
for (const widget of document.querySelectorAll(".steps")) {
  const slider = widget.querySelector("input"), status = widget.querySelector("[role=status]");
  const parts = widget.querySelectorAll("[data-step]"), said = JSON.parse(widget.dataset.said);
  const [back, on] = widget.querySelectorAll("[data-by]");

  function show() {
    const step = Number(slider.value);
    for (const part of parts) part.toggleAttribute("hidden", !part.dataset.step.split(" ").includes(`${step}`));
    back.disabled = step === 0;
    on.disabled = step === said.length - 1;
    slider.setAttribute("aria-valuetext", said[step][0]);
    status.textContent = said[step][1];
    widget.dispatchEvent(new CustomEvent("step", {detail: step}));
  }
  function remember() {  // in the address, so that a step can be linked
    const address = new URL(location.href);
    address.searchParams.set(widget.id, slider.value);
    address.hash = widget.id;
    history.replaceState(history.state, "", address);
  }
  for (const button of [back, on]) button.addEventListener("click", () => {
    slider.value = Number(slider.value) + Number(button.dataset.by);
    show();
    remember();
  });
  for (const place of widget.querySelectorAll("[data-at]")) {
    const go = () => {
      slider.value = place.dataset.at;
      show();
    };
    place.addEventListener("pointerenter", go);
    place.addEventListener("click", () => { go(); remember(); });
  }
  // A screen reader says what keys and presses do; of a pointer that passes by, it would say every place.
  const listen = (event) => status.setAttribute("aria-live", event.type === "pointerover" ? "off" : "polite");
  for (const kind of ["keydown", "input", "click", "pointerover"]) widget.addEventListener(kind, listen, true);
  slider.addEventListener("input", show);
  slider.addEventListener("change", remember);

  const asked = new URL(location.href).searchParams.get(widget.id);
  if (/^\d+$/.test(asked ?? "")) {
    slider.value = asked;
    show();
  }
}
