// One map drawn as SVG: ELK places, this paints. Every thing and line is a button to mouse, keyboard and
// screen reader.

const KINDS = {
  internet: "Internet", account: "AI services", search: "AI Search", storage: "Storage", workspace: "ML workspace",
  "web-app": "Web app", "container-app": "Container app", "key-vault": "Key vault", registry: "Registry",
  telemetry: "App Insights", compute: "Compute", "private-endpoint": "Private endpoint",
  network: "Virtual network", subnet: "Subnet", identity: "Managed identity", "dns-zone": "Private DNS zone",
  scope: "Scope", other: "Resource", box: "",
};
const WAYS = {
  "public-access": "Public network access", "private-link": "Private link", "shared-private-link": "Shared private link",
  "managed-private-endpoint": "Managed private endpoint", integration: "Network integration", peering: "Peering",
  "dns-zone-group": "DNS zone group", "dns-link": "DNS zone link", identity: "Identity", role: "Role",
  uses: "Use", finding: "Finding",
};
const LAYERS = {
  network: "Network", names: "DNS", access: "Identities and roles", use: "Use", finding: "Findings between two",
};
const LAYER_OF_KIND = { "dns-zone": "names", identity: "access", scope: "access" };
const GLYPHS = { fail: "M-4-4 4 4M4-4-4 4", unknown: "", waived: "M-4 0H4", pass: "M-4.5 0-1.5 3.5 4.5-3.5", none: "" };
// Strokes on a grid of 24, drawn for this page.
const ICONS = {
  internet: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  account: "M12 3l2 6 6 2-6 2-2 6-2-6-6-2 6-2zM19 16v4M17 18h4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21",
  storage: "M4 6c0-4 16-4 16 0s-16 4-16 0v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0",
  workspace: "M9 3h6M10 3v6l-5 9c-1 2 0 3 2 3h10c2 0 3-1 2-3l-5-9V3M8 15h8",
  "web-app": "M3 5h18v14H3zM3 9h18M6 7h.01M9 7h.01",
  "container-app": "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
  "key-vault": "M8 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 12h9M18 12v4M21 12v3",
  registry: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  telemetry: "M3 12h4l3-8 4 16 3-8h4",
  compute: "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  "private-endpoint": "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3M12 15v2",
  network: "M5 5h5v5H5zM14 14h5v5h-5zM10 8h6v6M8 10v6h6",
  subnet: "M4 6h16M4 12h16M4 18h16M8 6v12M16 6v12",
  identity: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-5 4-7 8-7s8 2 8 7",
  "dns-zone": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 9h8M8 12h8M8 15h5",
  scope: "M3 7h7l2 2h9v10H3z",
  other: "M5 5h14v14H5z",
};
const LEAF = { width: 184, height: 46 };
const CHARACTERS = 18;

// Which nodes and edges are drawn where these layers are chosen.
function visibleParts(map, layers) {
  const edges = map.edges.map((edge, number) => ({ ...edge, number })).filter((edge) => layers.has(edge.layer));
  const used = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const nodes = map.nodes.map((node, number) => ({ ...node, number })).filter(
    (node) => !(node.kind in LAYER_OF_KIND) || layers.has(LAYER_OF_KIND[node.kind]) || used.has(node.number));
  return { nodes, edges };
}

// Boxes of the page's own: what is outside the networks that were read, and the zones, stand together.
function boxOf(node) {
  if (node.parent !== null) return `n${node.parent}`;
  if (node.kind === "dns-zone") return "b-zones";
  return node.kind === "private-endpoint" ? "b-outside" : "root";
}

function graphOf(map, layers) {
  const { nodes, edges } = visibleParts(map, layers);
  const padding = { "elk.padding": "[top=38,left=14,bottom=14,right=14]" };
  const made = new Map([["root", { id: "root", children: [] }]]);
  const boxes = { "b-zones": "Private DNS", "b-outside": "Endpoints that were not read" };
  for (const node of nodes) {
    made.set(`n${node.number}`, { id: `n${node.number}`, children: [], node });
    const box = boxOf(node);
    if (boxes[box] && !made.has(box)) made.set(box, { id: box, children: [], title: boxes[box] });
  }
  for (const [id, entry] of made) {
    if (id === "root") continue;
    made.get(entry.node ? boxOf(entry.node) : "root").children.push(entry);
  }
  for (const entry of made.values()) {
    if (entry.children.length) entry.layoutOptions = padding;
    else Object.assign(entry, LEAF);
    // The internet stands before everything else.
    if (entry.node && entry.node.kind === "internet") {
      entry.layoutOptions = { "elk.layered.layering.layerConstraint": "FIRST" };
    }
  }
  const root = made.get("root");
  root.layoutOptions = {
    "elk.algorithm": "layered", "elk.direction": "RIGHT", "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.edgeRouting": "ORTHOGONAL", "elk.spacing.nodeNode": "16", "elk.spacing.edgeNode": "14",
    "elk.spacing.edgeEdge": "10", "elk.layered.spacing.nodeNodeBetweenLayers": "36",
    "elk.layered.spacing.edgeNodeBetweenLayers": "16", "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX", "elk.layered.thoroughness": "7",
    "elk.json.edgeCoords": "ROOT", "elk.json.shapeCoords": "ROOT", "elk.randomSeed": "1",
    "elk.padding": "[top=8,left=8,bottom=8,right=8]",
  };
  // Lines of use and roles run between services in both ways: those of the network decide what stands left.
  root.edges = edges.map((edge) => ({
    id: `e${edge.number}`, sources: [`n${edge.from}`], targets: [`n${edge.to}`], edge,
    layoutOptions: { "elk.layered.priority.direction": edge.layer === "network" ? "10" : "1" },
  }));
  return root;
}

function drawn(layout, map, choose) {
  const svg = shape("svg", {
    class: "map", viewBox: `0 0 ${Math.ceil(layout.width)} ${Math.ceil(layout.height)}`, role: "group",
    "aria-label": `Map of ${report.workloads[map.workload]}: ${counted(map.nodes.length, "thing")}`,
  });
  const lines = shape("g", {});
  const boxes = shape("g", {});
  const leaves = shape("g", {});
  const paint = (entry) => {
    if (entry.children && entry.children.length) boxes.append(paintedBox(entry, choose));
    else if (entry.node) leaves.append(paintedLeaf(entry, choose));
    (entry.children || []).forEach(paint);
  };
  layout.children.forEach(paint);
  // Worst last, so that what matters lies on top.
  const order = ["none", "pass", "waived", "unknown", "fail"];
  const edges = [...layout.edges].sort((one, other) => order.indexOf(one.edge.verdict) - order.indexOf(other.edge.verdict));
  lines.append(...edges.map((entry) => paintedLine(entry, map, choose)));
  svg.append(arrowHeads(), boxes, lines, leaves);
  return svg;
}

function arrowHeads() {
  return shape("defs", {}, ...Object.keys(GLYPHS).map((verdict) => shape("marker", {
    id: `head-${verdict}`, viewBox: "0 0 8 8", refX: "7.5", refY: "4", markerWidth: "7", markerHeight: "7",
    orient: "auto-start-reverse", markerUnits: "userSpaceOnUse",
  }, shape("path", { class: `head-${verdict}`, d: "M0 0.5 8 4 0 7.5z" }))));
}

function asButton(group, key, said, choose) {
  if (!choose) return group;
  const label = { role: "button", tabindex: "-1", "aria-label": said, "data-key": key };
  for (const [name, value] of Object.entries(label)) group.setAttribute(name, value);
  group.addEventListener("click", (event) => { event.stopPropagation(); choose(key, event.detail === 0); });
  return group;
}

function saidOf(node) {
  const unread = node.unread.length ? ", not read in full" : "";
  const open = node.findings.filter((place) => ["fail", "unknown"].includes(report.findings[place].status)).length;
  const count = open ? `, ${counted(open, "open finding")}` : "";
  return `${KINDS[node.kind]} ${node.label}: ${WORDS[node.verdict]}${unread}${count}`;
}

function paintedBox(entry, choose) {
  const { x, y, width, height, node } = entry;
  const unread = node && node.unread.length ? " is-unread" : "";
  const group = shape("g", { class: `box box-${node ? node.kind : "own"} verdict-${node ? node.verdict : "none"}${unread}` },
    shape("rect", { class: "frame", x, y, width, height, rx: 10 }));
  if (!node) {
    group.append(shape("text", { class: "box-title", x: x + 14, y: y + 23 }, entry.title));
    return group;
  }
  const room = Math.floor((width - 70) / 7.2);
  group.append(
    shape("rect", { class: "hit", x, y, width, height: 32, rx: 10 }), icon(node.kind, x + 12, y + 8, 0.75),
    shape("text", { class: "box-title", x: x + 36, y: y + 23 }, clipped(node.label, Math.max(room, 12))),
    badge(node, x + width - 18, y + 18), shape("title", {}, saidOf(node)));
  return asButton(group, `n${node.number}`, saidOf(node), choose);
}

function paintedLeaf(entry, choose) {
  const { x, y, width, height, node } = entry;
  const unread = node.unread.length ? " is-unread" : "";
  const group = shape("g", { class: `leaf verdict-${node.verdict} severity-of-${node.severity || "none"}${unread}` },
    shape("rect", { class: "frame", x, y, width, height, rx: 8 }),
    shape("rect", { class: "stripe", x: x + 0.75, y: y + 7, width: 3.5, height: height - 14, rx: 1.75 }),
    icon(node.kind, x + 12, y + 13, 0.84),
    shape("text", { class: "leaf-kind", x: x + 40, y: y + 18 }, KINDS[node.kind]),
    shape("text", { class: "leaf-name", x: x + 40, y: y + 34 }, clipped(shortName(node.label), CHARACTERS)),
    badge(node, x + width - 15, y + 14), shape("title", {}, `${saidOf(node)}\n${clipped(node.id, 300)}`));
  return asButton(group, `n${node.number}`, saidOf(node), choose);
}

function shortName(label) {
  return label.replace(/^privatelink\./, "").replace(/^subscription /, "");
}

function icon(kind, x, y, scale) {
  return shape("path", { class: "icon", d: ICONS[kind], transform: `translate(${x} ${y}) scale(${scale})` });
}

// The verdict again, as a form: colour alone is not for everybody.
function badge(node, x, y) {
  if (node.verdict === "none") return "";
  const inner = node.verdict === "unknown"
    ? shape("text", { class: "badge-text", x: 0, y: 3.8 }, "?")
    : shape("path", { class: "badge-glyph", d: GLYPHS[node.verdict] });
  return shape("g", { class: "badge-of", transform: `translate(${x} ${y}) scale(0.8)` }, shape("circle", { r: 9 }), inner);
}

function paintedLine(entry, map, choose) {
  const { edge } = entry;
  const d = entry.sections.map(rounded).join("");
  const said = saidOfEdge(edge, map);
  const group = shape("g", { class: `line line-${edge.kind} verdict-${edge.verdict}` },
    shape("path", { class: "hit", d }),
    shape("path", {
      class: "stroke", d, "marker-end": edge.kind === "finding" || edge.kind === "peering" ? null : `url(#head-${edge.verdict})`,
    }), shape("title", {}, said));
  return asButton(group, `e${edge.number}`, said, choose);
}

function saidOfEdge(edge, map) {
  const ends = `${map.nodes[edge.from].label} to ${map.nodes[edge.to].label}`;
  return `${WAYS[edge.kind]}, ${ends}: ${edge.labels.join("; ")}: ${WORDS[edge.verdict]}`;
}

// The bends of a line, rounded.
function rounded(section) {
  const points = [section.startPoint, ...(section.bendPoints || []), section.endPoint];
  let d = `M${points[0].x} ${points[0].y}`;
  for (let at = 1; at < points.length - 1; at += 1) {
    const [before, here, after] = [points[at - 1], points[at], points[at + 1]];
    const reach = Math.min(7, length(before, here) / 2, length(here, after) / 2);
    const from = towards(here, before, reach);
    const to = towards(here, after, reach);
    d += `L${from.x} ${from.y}Q${here.x} ${here.y} ${to.x} ${to.y}`;
  }
  const last = points[points.length - 1];
  return `${d}L${last.x} ${last.y}`;
}

function length(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function towards(from, to, reach) {
  const whole = length(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * reach) / whole, y: from.y + ((to.y - from.y) * reach) / whole };
}
