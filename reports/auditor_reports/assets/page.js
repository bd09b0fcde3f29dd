"use strict";
// What all parts of the page share. Text reaches the document as text nodes and attributes only: no markup is
// ever made from data, and no style attribute, which the page's own policy would refuse.

const report = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const WORDS = {
  fail: "failed", unknown: "unknown", waived: "waived", pass: "passed", none: "not judged",
  not_applicable: "not applicable",
};

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) {
      node.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, String(value));
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// The last segment of an id; the id itself where it has none.
function nameOf(id) {
  return id.slice(id.lastIndexOf("/") + 1) || id;
}

function clipped(text, limit) {
  if (text.length <= limit) return text;
  const head = Math.ceil((limit - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (limit - 1 - head))}`;
}

function mark(verdict) {
  return element("span", { class: `mark mark-${verdict}` }, WORDS[verdict]);
}

function changeOf(finding) {
  return finding.change ? element("span", { class: "mark mark-change" }, finding.change) : null;
}

function severityOf(finding) {
  return element("span", { class: `severity severity-${finding.severity}` }, finding.severity);
}

function labelled(label, ...content) {
  return element("div", { class: "pair" }, element("dt", {}, label), element("dd", {}, ...content));
}

function copyable(text) {
  const button = element("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page from a file share has no clipboard in some browsers: the text is selected instead.
      getSelection().selectAllChildren(button.previousElementSibling);
      said = "Selected";
    }
    button.textContent = said;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  return element("div", { class: "command" }, element("code", {}, text), button);
}

function evidenceTable(finding) {
  const rows = finding.evidence.map(([resource, path, value]) => element("tr", {},
    element("td", {}, element("span", { class: "id", title: report.ids[resource] }, nameOf(report.ids[resource]))),
    element("td", {}, element("code", {}, path)),
    element("td", {}, value === undefined ? element("em", {}, "absent") : element("code", {}, value))));
  return element("table", { class: "plain evidence" },
    element("thead", {}, element("tr", {}, ...["On", "Property", "Value"].map(
      (title) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, ...rows));
}

// The whole of a finding, as the table and the map show it. Remedy, waiver and controls only where they are.
function findingBody(finding) {
  const rule = report.rules[finding.rule] || { title: "", rationale: "", controls: [], url: "" };
  const parts = [labelled("Resource", element("span", { class: "id" }, report.ids[finding.resource]))];
  if (finding.since) parts.push(labelled("Age", finding.since));
  if (finding.reason) parts.push(labelled("Reason", finding.reason));
  if (finding.confidence !== "high") parts.push(labelled("Confidence", finding.confidence));
  if (finding.related) {
    parts.push(labelled("Related", element("ul", {}, ...finding.related.map(
      (place) => element("li", {}, element("span", { class: "id" }, report.ids[place]))))));
  }
  if (finding.waiver) {
    const { owner, expires, reason } = finding.waiver;
    parts.push(labelled("Waived", `by ${owner} until ${expires}: ${reason}`));
  }
  if (finding.evidence) parts.push(labelled("Evidence", evidenceTable(finding)));
  if (finding.notes) {
    parts.push(labelled("Notes", element("ul", {}, ...finding.notes.map((note) => element("li", {}, note)))));
  }
  if (finding.remedy) {
    const { summary, az, url } = finding.remedy;
    parts.push(labelled("What to do", element("p", {}, summary), az ? copyable(az) : null, linkTo(url)));
  }
  if (rule.rationale) parts.push(labelled("Why it matters", element("p", {}, rule.rationale), linkTo(rule.url)));
  if (rule.controls.length) parts.push(labelled("Controls", rule.controls.join(", ")));
  return element("dl", { class: "finding-body" }, ...parts);
}

function linkTo(url) {
  return url ? element("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, clipped(url, 90)) : null;
}

function startTheme() {
  const button = document.getElementById("theme");
  const choices = ["auto", "light", "dark"];
  const show = (choice) => {
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    button.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[choice];
    button.setAttribute("aria-label", `Theme: ${choice}`);
  };
  // Where storage is refused, as in a sandboxed frame, the choice lasts as long as the page.
  const remembered = (choice) => {
    try {
      if (choice) localStorage.setItem("auditor-theme", choice);
      return localStorage.getItem("auditor-theme");
    } catch {
      return null;
    }
  };
  let current = choices.includes(remembered()) ? remembered() : "auto";
  button.hidden = false;
  show(current);
  button.addEventListener("click", () => {
    current = choices[(choices.indexOf(current) + 1) % choices.length];
    remembered(current);
    show(current);
  });
}
