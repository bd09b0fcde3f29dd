// The table of findings: search, filters, pages, and a link to each finding by its fingerprint.

const PAGE_SIZE = 50;
const MESSAGE_LIMIT = 320;
const PRINTED_ROWS = 500;
const PRINTED_BODIES = 100;
const SEVERITIES = ["critical", "high", "medium", "low", "info"];
const STATUSES = [
  ["open", "failed and unknown"], ["fail", "failed"], ["unknown", "unknown"], ["waived", "waived"],
  ["pass", "passed"], ["not_applicable", "not applicable"], ["", "any status"],
];
const STATUS_ORDER = ["fail", "unknown", "waived", "pass", "not_applicable"];
const byFingerprint = new Map();
const haystacks = [];
const filters = { text: "", severity: "", status: "open", rule: "", subscription: "", workload: "" };
const table = { shown: [], page: 0, opened: new Set(), controls: {} };

function startFindings() {
  report.findings.forEach((finding, place) => {
    if (!byFingerprint.has(finding.fingerprint)) byFingerprint.set(finding.fingerprint, place);
  });
  const place = document.getElementById("table");
  place.append(toolbar(), element("div", { class: "card table-card" }, emptyTable(), pager()));
  place.hidden = false;
  document.getElementById("without-scripts").remove();
  filter();
  addEventListener("hashchange", followHash);
  addEventListener("beforeprint", () => showRows(printedRows(), true));
  addEventListener("afterprint", showPage);
  document.querySelectorAll(".severities .severity").forEach((chip) => {
    const name = chip.textContent;
    const button = element("button", { type: "button", class: chip.className }, name);
    button.addEventListener("click", () => narrowTo({ severity: name, status: "fail" }));
    chip.replaceWith(button);
  });
}

function toolbar() {
  const search = element("input", {
    type: "search", id: "filter-text", placeholder: "Rule, resource, message…", autocomplete: "off",
    spellcheck: "false",
  });
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { filters.text = search.value; filter(); }, 120);
  });
  table.controls.text = search;
  const reset = element("button", { type: "button", class: "button", id: "filter-reset" }, "Reset");
  reset.addEventListener("click", () => narrowTo({}));
  return element("div", { class: "toolbar", role: "search", "aria-label": "Filter the findings" },
    element("label", { class: "field grow" }, element("span", {}, "Search"), search),
    choice("severity", "Severity", [["", "any severity"], ...SEVERITIES.map((name) => [name, name])]),
    choice("status", "Status", STATUSES),
    choice("rule", "Rule", [["", "any rule"], ...present((one) => [one.rule])]),
    choice("subscription", "Subscription", [["", "any subscription"], ...present(
      (one) => (one.subscription ? [one.subscription] : []), (id) => report.subscriptions[id] || id)]),
    choice("workload", "Workload", [["", "any workload"], ...present(
      (one) => one.workloads, (place) => report.workloads[place])]),
    reset,
    element("p", { id: "found", class: "found", role: "status" }));
}

// The values that some finding has, each with its name, ordered by that.
function present(of, name = (value) => value) {
  const values = [...new Set(report.findings.flatMap(of))].map((value) => [String(value), name(value)]);
  return values.sort((one, other) => one[1].localeCompare(other[1], "en"));
}

function choice(key, label, options) {
  const select = element("select", { id: `filter-${key}` },
    ...options.map(([value, said]) => element("option", { value }, clipped(said, 70))));
  select.value = filters[key];
  select.addEventListener("change", () => { filters[key] = select.value; filter(); });
  table.controls[key] = select;
  return element("label", { class: "field" }, element("span", {}, label), select);
}

function narrowTo(wanted) {
  const plain = { text: "", severity: "", status: "open", rule: "", subscription: "", workload: "" };
  Object.assign(filters, plain, wanted);
  for (const [key, control] of Object.entries(table.controls)) control.value = filters[key];
  filter();
  document.getElementById("findings").scrollIntoView();
}

function haystack(place) {
  if (haystacks[place] === undefined) {
    const finding = report.findings[place];
    const rule = report.rules[finding.rule];
    haystacks[place] = [
      finding.rule, rule ? rule.title : "", finding.message, report.ids[finding.resource], finding.location,
      finding.fingerprint, ...(finding.related || []).map((other) => report.ids[other]),
    ].join("\n").toLowerCase();
  }
  return haystacks[place];
}

function filter() {
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = [];
  report.findings.forEach((finding, place) => {
    const isWanted = (!filters.severity || finding.severity === filters.severity)
      && hasStatus(finding)
      && (!filters.rule || finding.rule === filters.rule)
      && (!filters.subscription || finding.subscription === filters.subscription)
      && (!filters.workload || finding.workloads.includes(Number(filters.workload)))
      && words.every((word) => haystack(place).includes(word));
    if (isWanted) wanted.push(place);
  });
  // They come worst first; what failed goes before what is unknown, whatever its severity.
  const rank = (place) => STATUS_ORDER.indexOf(report.findings[place].status);
  table.shown = wanted.sort((one, other) => rank(one) - rank(other) || one - other);
  table.page = 0;
  showPage();
}

function hasStatus(finding) {
  if (filters.status === "open") return finding.status === "fail" || finding.status === "unknown";
  return !filters.status || finding.status === filters.status;
}

function emptyTable() {
  table.body = element("tbody", {});
  const titles = ["Severity", "Finding", "Resource", "Workload"];
  return element("table", { class: "findings", id: "rows" },
    element("caption", { class: "sr" }, "Findings, worst first. The button of a row shows all of it."),
    element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)))),
    table.body);
}

function pager() {
  const turn = (by) => { table.page += by; showPage(); document.getElementById("findings").scrollIntoView(); };
  table.back = element("button", { type: "button", class: "button", on: { click: () => turn(-1) } }, "Previous");
  table.next = element("button", { type: "button", class: "button", on: { click: () => turn(1) } }, "Next");
  table.where = element("span", { id: "page" });
  table.pager = element("nav", { class: "pager", "aria-label": "Pages of findings" },
    table.back, table.where, table.next);
  return table.pager;
}

function showPage() {
  const pages = Math.max(1, Math.ceil(table.shown.length / PAGE_SIZE));
  table.page = Math.min(Math.max(table.page, 0), pages - 1);
  const first = table.page * PAGE_SIZE;
  showRows(table.shown.slice(first, first + PAGE_SIZE), false);
  table.back.disabled = table.page === 0;
  table.next.disabled = table.page === pages - 1;
  table.where.textContent = `Page ${table.page + 1} of ${pages}`;
  table.pager.hidden = pages === 1;
  const all = counted(report.findings.length, "finding");
  document.getElementById("found").textContent = `${table.shown.length} of ${all}`;
}

// On paper, what only waits for a gap is left to the gaps: it would be many pages of the same.
function printedRows() {
  return table.shown.filter((place) => !report.findings[place].waits).slice(0, PRINTED_ROWS);
}

function showRows(places, isPrinted) {
  let bodies = 0;
  const rows = places.flatMap((place) => {
    const finding = report.findings[place];
    const isOpen = isPrinted ? finding.status === "fail" && bodies < PRINTED_BODIES : table.opened.has(place);
    bodies += isOpen ? 1 : 0;
    return rowsOf(finding, place, isOpen);
  });
  if (!rows.length) {
    rows.push(element("tr", { class: "none" }, element("td", { colspan: 4 }, "No finding matches.")));
  }
  const left = table.shown.length - places.length;
  if (isPrinted && left) {
    rows.push(element("tr", { class: "none" }, element("td", { colspan: 4 }, `And ${left} more: ${
      counted(table.shown.filter((place) => report.findings[place].waits).length, "verdict")} that wait for a gap.`)));
  }
  table.body.replaceChildren(...rows);
}

function rowsOf(finding, place, isOpen) {
  const rule = report.rules[finding.rule];
  const id = report.ids[finding.resource];
  const toggle = element("button", {
    type: "button", class: "toggle", "aria-expanded": String(isOpen), "aria-controls": `body-${place}`,
  }, rule ? rule.title : finding.rule);
  const row = element("tr", { class: `row row-${finding.status}`, id: `row-${place}` },
    element("td", { class: "cell-severity" }, severityOf(finding), mark(finding.status), changeOf(finding)),
    element("td", { class: "cell-finding" }, toggle, element("p", { class: "message" }, clipped(finding.message, MESSAGE_LIMIT)),
      element("p", { class: "rule" }, element("code", {}, finding.rule),
        element("a", { href: `#${finding.fingerprint}`, "aria-label": "Link to this finding" }, "#"))),
    element("td", { class: "cell-resource" }, element("span", { class: "name" }, clipped(nameOf(id), 80)),
      element("span", { class: "id", title: clipped(id, 1000) }, finding.type)),
    element("td", { class: "cell-workload" }, ...finding.workloads.map(
      (number) => element("span", { class: "tag" }, clipped(report.workloads[number], 40)))));
  const rows = [row];
  const open = (wanted) => {
    toggle.setAttribute("aria-expanded", String(wanted));
    if (wanted) {
      table.opened.add(place);
      row.after(bodyRow(finding, place));
    } else {
      table.opened.delete(place);
      row.nextElementSibling.remove();
    }
  };
  toggle.addEventListener("click", () => open(!table.opened.has(place)));
  if (isOpen) rows.push(bodyRow(finding, place));
  return rows;
}

function bodyRow(finding, place) {
  const message = finding.message.length > MESSAGE_LIMIT ? element("p", { class: "whole" }, finding.message) : null;
  return element("tr", { class: "body", id: `body-${place}` },
    element("td", { colspan: 4 }, message, findingBody(finding)));
}

function followHash() {
  const place = byFingerprint.get(location.hash.slice(1));
  if (place === undefined) return;
  if (!table.shown.includes(place)) narrowTo({ status: report.findings[place].status });
  table.opened.add(place);
  table.page = Math.floor(table.shown.indexOf(place) / PAGE_SIZE);
  showPage();
  const row = document.getElementById(`row-${place}`);
  row.classList.add("target");
  row.scrollIntoView({ block: "center" });
  row.querySelector(".toggle").focus({ preventScroll: true });
}
