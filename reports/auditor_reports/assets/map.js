// The explorer of the maps: workloads as tabs, layers, zoom, and what is chosen beside the map.

const PRINTED_MAPS = 20;
const SAMPLES = { network: "private-link", names: "dns-link", access: "role", use: "uses", finding: "finding" };
const explorer = {
  elk: null, current: 0, layers: new Set(Object.keys(LAYERS)), zoom: 1, chosen: null, svg: null, focus: null,
};

function startMaps() {
  explorer.elk = new ELK();
  const tabs = [...document.querySelectorAll("#workloads [role=tab]")];
  explorer.maps = tabs.map((_, number) => report.maps.find((map) => map.workload === number));
  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => selectWorkload(number));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      const goal = { Home: 0, End: tabs.length - 1 }[event.key] ?? (step ? (number + step + tabs.length) % tabs.length : null);
      if (goal === null) return;
      event.preventDefault();
      selectWorkload(goal);
      tabs[goal].focus();
    });
  });
  document.getElementById("layers").append(...Object.entries(LAYERS).map(layerButton));
  document.getElementById("zoom-in").addEventListener("click", () => zoomTo(explorer.zoom * 1.25));
  document.getElementById("zoom-out").addEventListener("click", () => zoomTo(explorer.zoom / 1.25));
  document.getElementById("zoom-fit").addEventListener("click", zoomToWhole);
  document.getElementById("canvas").addEventListener("click", () => choose(null));
  document.getElementById("canvas").addEventListener("keydown", moveByKey);
  draggable(document.getElementById("canvas"));
  document.getElementById("explorer").hidden = false;
  addEventListener("resize", () => zoomTo(explorer.zoom));
  selectWorkload(0);
  drawForPrint();
}

function layerButton([layer, title]) {
  const toggle = element("button", { type: "button", class: "layer", "aria-pressed": "true", "data-layer": layer },
    shape("svg", { class: "sample", viewBox: "0 0 22 8", "aria-hidden": "true" },
      shape("g", { class: `line line-${SAMPLES[layer]}` }, shape("path", { class: "stroke", d: "M1 4H21" }))), title);
  toggle.addEventListener("click", () => {
    const isOn = explorer.layers.has(layer);
    if (isOn) explorer.layers.delete(layer);
    else explorer.layers.add(layer);
    toggle.setAttribute("aria-pressed", String(!isOn));
    redraw();
  });
  return toggle;
}

function selectWorkload(number) {
  document.querySelectorAll("#workloads [role=tab]").forEach((tab, place) => {
    tab.setAttribute("aria-selected", String(place === number));
    tab.tabIndex = place === number ? 0 : -1;
  });
  const selected = document.getElementById(`workload-${number}`);
  document.getElementById("map-panel").setAttribute("aria-labelledby", selected.id);
  const list = selected.parentElement;
  list.scrollTo({ left: selected.offsetLeft - list.offsetLeft - 8, top: selected.offsetTop - list.offsetTop - 40 });
  explorer.current = number;
  explorer.chosen = null;
  redraw();
}

async function redraw() {
  const map = explorer.maps[explorer.current];
  const canvas = document.getElementById("canvas");
  showDetail();
  if (!map || !map.nodes.length) {
    canvas.replaceChildren(element("p", { class: "quiet" }, "Nothing of this workload was read that could be drawn."));
    return;
  }
  const wanted = Symbol("drawing");
  explorer.drawing = wanted;
  const layout = await explorer.elk.layout(graphOf(map, explorer.layers));
  if (explorer.drawing !== wanted) return;
  explorer.svg = drawn(layout, map, choose);
  explorer.size = { width: layout.width, height: layout.height };
  canvas.replaceChildren(...notRead(map), explorer.svg);
  const first = explorer.svg.querySelector("[data-key]");
  explorer.focus = first;
  if (first) first.setAttribute("tabindex", "0");
  zoomTo(1);
  markChosen();
}

// One line on the screen, all of it on paper.
function notRead(map, isPrinted = false) {
  const unasked = map.notRead.length
    ? [`Not read for the selected rules, so not drawn: ${map.notRead.join(", ")}.`] : [];
  const sentences = [...unasked, ...map.unread].map((said) => element("p", {}, said));
  if (!sentences.length) return [];
  if (isPrinted) return [element("div", { class: "not-read" }, ...sentences)];
  return [element("details", { class: "not-read" },
    element("summary", {}, "Not everything was read: something may be missing here"), ...sentences)];
}

function zoomTo(zoom) {
  explorer.zoom = Math.min(Math.max(zoom, 0.2), 6);
  if (!explorer.svg) return;
  explorer.svg.setAttribute("width", Math.round(explorer.size.width * readable() * explorer.zoom));
  explorer.svg.setAttribute("height", Math.round(explorer.size.height * readable() * explorer.zoom));
}

// As wide as the canvas, but never so small that names cannot be read: then it scrolls.
function readable() {
  const room = document.getElementById("canvas").clientWidth - 22;
  return Math.min(1.15, Math.max(room / explorer.size.width, 0.55));
}

function zoomToWhole() {
  const canvas = document.getElementById("canvas");
  const { width, height } = explorer.size;
  zoomTo(Math.min((canvas.clientWidth - 22) / width, (canvas.clientHeight - 22) / height, 1.15) / readable());
}

function draggable(canvas) {
  let from = null;
  let isDragged = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) {
      from = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
      isDragged = false;
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const goal = { left: from.x - event.clientX, top: from.y - event.clientY };
    isDragged ||= Math.hypot(goal.left - canvas.scrollLeft, goal.top - canvas.scrollTop) > 4;
    if (isDragged) canvas.scrollTo({ ...goal, behavior: "instant" });
  });
  // The click that ends a drag chooses nothing.
  canvas.addEventListener("click", (event) => { if (isDragged) event.stopPropagation(); isDragged = false; }, true);
  for (const end of ["pointerup", "pointerleave"]) canvas.addEventListener(end, () => { from = null; });
}

// Arrows go to what lies nearest that way; Enter and the space bar choose, Escape clears.
function moveByKey(event) {
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const here = event.target.closest("[data-key]");
  if (event.key === "Escape") {
    choose(null);
  } else if (here && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    choose(here.dataset.key, true);
  } else if (here && ways[event.key]) {
    event.preventDefault();
    const next = nearestOf(here, ways[event.key]);
    if (next) moveFocus(next);
  }
}

function nearestOf(here, [right, down]) {
  const from = centre(here);
  let best = null;
  for (const other of explorer.svg.querySelectorAll("[data-key^=n]")) {
    const to = centre(other);
    const along = (to.x - from.x) * right + (to.y - from.y) * down;
    const aside = Math.abs((to.x - from.x) * down) + Math.abs((to.y - from.y) * right);
    const cost = along + aside * 2.5;
    if (other !== here && along > 1 && (!best || cost < best.cost)) best = { other, cost };
  }
  return best && best.other;
}

function centre(group) {
  const frame = (group.querySelector(".hit") || group.querySelector(".frame")).getBBox();
  return { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
}

function moveFocus(next) {
  if (explorer.focus) explorer.focus.setAttribute("tabindex", "-1");
  explorer.focus = next;
  next.setAttribute("tabindex", "0");
  next.focus();
}

// Whoever chooses without a pointer is taken along: else what is chosen would change unheard.
function choose(key, isFollowed = false) {
  explorer.chosen = key;
  markChosen();
  showDetail();
  if (isFollowed) document.getElementById("detail").querySelector("h3").focus();
}

// What is chosen stands out with what it is joined to.
function markChosen() {
  if (!explorer.svg) return;
  const map = explorer.maps[explorer.current];
  const chosen = explorer.chosen;
  const near = new Set([chosen]);
  map.edges.forEach((edge, number) => {
    const ends = [`n${edge.from}`, `n${edge.to}`];
    if (chosen === `e${number}`) ends.forEach((end) => near.add(end));
    if (ends.includes(chosen)) [`e${number}`, ...ends].forEach((other) => near.add(other));
  });
  map.nodes.forEach((node, number) => {
    const around = standsIn(map, number).map((place) => `n${place}`);
    if (around.includes(chosen)) near.add(`n${number}`);
  });
  explorer.svg.classList.toggle("has-choice", chosen !== null);
  for (const group of explorer.svg.querySelectorAll("[data-key]")) {
    group.classList.toggle("is-chosen", group.dataset.key === chosen);
    group.classList.toggle("is-near", near.has(group.dataset.key));
  }
}

// The nodes that a node stands in, nearest first.
function standsIn(map, number) {
  const parent = map.nodes[number].parent;
  return parent === null ? [] : [parent, ...standsIn(map, parent)];
}

// Paper gets every map, drawn while nobody waits: a browser that is about to print waits for nothing.
function idle() {
  return new Promise((resume) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(resume, { timeout: 500 });
    else setTimeout(resume, 50);
  });
}

async function drawForPrint() {
  const place = document.getElementById("printed-maps");
  const everything = new Set(Object.keys(LAYERS));
  for (const map of report.maps.slice(0, PRINTED_MAPS)) {
    if (!map.nodes.length) continue;
    await idle();
    const layout = await explorer.elk.layout(graphOf(map, everything));
    place.append(element("figure", {},
      element("figcaption", {}, report.workloads[map.workload]), ...notRead(map, true), drawn(layout, map, null)));
  }
  place.dataset.ready = "true";
}
