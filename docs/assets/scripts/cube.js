// The colour cube: each pixel is a point; the mixer's matrix moves it, and a finger or an arrow key turns the cube.
for (const cube of document.querySelectorAll(".cube")) {
  const pixels = Uint8Array.from(atob(cube.dataset.pixels), (letter) => letter.charCodeAt(0));
  const clouds = [...cube.querySelectorAll("[stroke]")], edges = cube.querySelector(".edges");
  const names = cube.querySelectorAll("text"), {SIZE, SCALE, PITCH, LEVELS, ...start} = JSON.parse(cube.dataset.drawn);
  const corners = [...Array(8).keys()].map((n) => [n & 1, n >> 1 & 1, n >> 2]);
  const groups = new Map();  // points of about one colour are one path, in the order of their colours
  for (let n = 0; n < pixels.length; n += 3) {
    const colour = [...pixels.subarray(n, n + 3)];
    const group = colour.reduce((sum, value) => sum * LEVELS + Math.floor(value * LEVELS / 256), 0);
    groups.set(group, [...groups.get(group) ?? [], colour.map((value) => value / 255)]);
  }
  const points = [...groups.keys()].sort((a, b) => a - b).map((group) => groups.get(group));
  let turn = start.TURN, {rows} = start, from;

  function project(colour) {
    const [red, green, blue] = colour.map((value) => value - 0.5), {sin, cos} = Math;
    const up = green * cos(PITCH) - (red * sin(turn) + blue * cos(turn)) * sin(PITCH);
    return [red * cos(turn) - blue * sin(turn), -up].map((value) => Math.round(SIZE / 2 + SCALE * value));
  }
  const mixed = (colour) => rows.map(([a, b, c, d]) => a * colour[0] + b * colour[1] + c * colour[2] + d);
  function show() {
    const placed = corners.map(project);
    edges.setAttribute("d", corners.flatMap((_, n) => [1, 2, 4].filter((bit) => !(n & bit))
      .map((bit) => `M${placed[n].join(" ")}L${placed[n ^ bit].join(" ")}`)).join(""));
    for (const [n, name] of names.entries()) {
      const [x, y] = project([0, 1, 2].map((axis) => axis === n ? 1.04 : -0.04));
      name.setAttribute("x", x);
      name.setAttribute("y", y);
    }
    for (const [n, cloud] of clouds.entries())
      cloud.setAttribute("d", points[n].map((colour) => `M${project(mixed(colour)).join(" ")}h0`).join(""));
  }
  function rotate(by) {
    turn = (turn + by + 3 * Math.PI) % (2 * Math.PI) - Math.PI;
    const degrees = Math.round(turn * 180 / Math.PI);
    cube.dataset.turn = turn;
    cube.setAttribute("aria-valuenow", degrees);
    cube.setAttribute("aria-valuetext", `${degrees}°`);
    requestAnimationFrame(show);
  }
  cube.addEventListener("pointerdown", (event) => {
    from = event.clientX;
    cube.setPointerCapture(event.pointerId);
  });
  cube.addEventListener("pointermove", (event) => {
    if (!cube.hasPointerCapture(event.pointerId)) return;
    rotate((event.clientX - from) / 80);
    from = event.clientX;
  });
  cube.addEventListener("keydown", (event) => {
    const way = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!way) return;
    event.preventDefault();
    rotate(way / 8);
  });
  cube.closest(".mixer").addEventListener("mix", (event) => {
    rows = event.detail;
    show();
  });
}
