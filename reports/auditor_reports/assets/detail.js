// Beside the map: what is chosen, its findings with their evidence, and what it is joined to.

const FINDINGS_OF_CHOICE = 60;

function showDetail() {
  const detail = document.getElementById("detail");
  const map = explorer.maps[explorer.current];
  if (!map) {
    detail.replaceChildren();
    return;
  }
  const number = explorer.chosen ? Number(explorer.chosen.slice(1)) : null;
  if (number === null) detail.replaceChildren(...ofWorkload(map));
  else if (explorer.chosen[0] === "n") detail.replaceChildren(...ofNode(map, number));
  else detail.replaceChildren(...ofEdge(map, number));
  detail.scrollTop = 0;
}

function headline(kind, name, verdict) {
  return [
    element("p", { class: "detail-kind" }, kind, verdict ? mark(verdict) : null),
    element("h3", { tabindex: "-1" }, clipped(name, 160)),
  ];
}

function ofWorkload(map) {
  const places = report.findings.map((_, place) => place).filter((place) => {
    const one = report.findings[place];
    return one.workloads.includes(map.workload) && (one.status === "fail" || one.status === "unknown");
  });
  return [...headline("Workload", report.workloads[map.workload], null),
    element("p", { class: "quiet" }, "Choose a thing or a line on the map, or start with what is open:"),
    ...findingsOf(places, 0)];
}

function ofNode(map, number) {
  const node = map.nodes[number];
  const ways = map.edges.map((edge, place) => ({ edge, place })).filter(
    ({ edge }) => edge.from === number || edge.to === number);
  return [...headline(KINDS[node.kind], node.label, node.verdict),
    element("p", { class: "id" }, node.id),
    ...node.unread.map((sentence) => element("p", { class: "unread" }, sentence)),
    ...findingsOf(node.findings, node.hidden),
    ways.length ? element("h4", {}, "What it is joined to") : "",
    element("ul", { class: "joined" }, ...ways.map(({ edge, place }) => {
      const other = map.nodes[edge.from === number ? edge.to : edge.from];
      const arrow = edge.from === number ? "→" : "←";
      return element("li", {}, element("button", { type: "button", on: { click: () => choose(`e${place}`, true) } },
        element("span", { class: `dot dot-${edge.verdict}`, "aria-hidden": "true" }),
        element("span", {}, `${WAYS[edge.kind]} ${arrow} ${clipped(other.label, 60)}`,
          element("span", { class: "sr" }, `: ${WORDS[edge.verdict]}`)),
        element("span", { class: "joined-label" }, clipped(edge.labels.join("; "), 120))));
    }))].filter(Boolean);
}

function ofEdge(map, number) {
  const edge = map.edges[number];
  const end = (place) => element("button", { type: "button", class: "end", on: { click: () => choose(`n${place}`, true) } },
    clipped(map.nodes[place].label, 60));
  return [...headline(WAYS[edge.kind], edge.labels.join("; "), edge.verdict),
    element("p", { class: "ends" }, end(edge.from), " → ", end(edge.to)),
    ...findingsOf(edge.findings, edge.hidden)];
}

function findingsOf(places, hidden) {
  const open = places.filter((place) => !["pass", "not_applicable"].includes(report.findings[place].status));
  const rest = places.filter((place) => !open.includes(place));
  const parts = open.slice(0, FINDINGS_OF_CHOICE).map(findingOf);
  if (open.length > FINDINGS_OF_CHOICE) {
    parts.push(element("p", { class: "quiet" }, `And ${open.length - FINDINGS_OF_CHOICE} more, in the table.`));
  }
  if (hidden) parts.push(element("p", { class: "quiet" }, `${counted(hidden, "failure")} below ${report.lowest}, not shown.`));
  if (rest.length) {
    parts.push(element("details", { class: "rest" },
      element("summary", {}, `${counted(rest.length, "other verdict")}: passed or not applicable`),
      ...rest.slice(0, FINDINGS_OF_CHOICE).map(findingOf)));
  }
  if (!parts.length) parts.push(element("p", { class: "quiet" }, "No rule has a verdict about this."));
  return parts;
}

// Bodies are made when they are opened: a busy node may have hundreds.
function findingOf(place) {
  const finding = report.findings[place];
  const rule = report.rules[finding.rule];
  const body = element("details", { class: `finding finding-${finding.status}` },
    element("summary", {}, severityOf(finding), mark(finding.status), changeOf(finding),
      element("span", { class: "finding-title" }, rule ? rule.title : finding.rule),
      element("span", { class: "finding-message" }, finding.message)));
  body.addEventListener("toggle", () => {
    if (body.open && body.childElementCount === 1) {
      body.append(findingBody(finding),
        element("p", {}, element("a", { href: `#${finding.fingerprint}` }, "Show it in the table")));
    }
  });
  return body;
}
