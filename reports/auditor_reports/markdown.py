"""Format `markdown`: GitHub-flavoured, for people; made for the summary of a pipeline's job.

What came from the tenant stands in code only, in backticks or, inside HTML, in `<code>`: there no viewer
makes a link, a mention, a reference, an emoji or markup of it. The whole stays under GitHub's limit of
1 MiB for a step summary; what does not fit is counted.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from auditor.model.finding import Gap, describe
from auditor.model.ids import ArmId, MalformedId
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, GroupMarks, Marks, Result, RuleSummary
from auditor_reports.findings import evidence_lines, gap_of, reason_of, rules_by_id, sentence
from auditor_reports.markdown_text import SEVERITY_MARKS, code, fenced, html_code, prose, within
from auditor_reports.terminal_changes import score_change, spoken, status, summary
from auditor_reports.terminal_page import counted
from auditor_reports.times import moment, seen_since
from auditor_reports.visible import shortened, visible

# https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits
# The limit is 1 MiB for each step. Eight sections share what the failures leave, and the step may say more.
_FAILING_BYTES, _OTHER_BYTES = 400_000, 50_000
_NAME_LIMIT = 80
_SCOPES_SHOWN = 5
_MARKS = {"A": "🟢", "B": "🟢", "C": "🟡", "D": "🔴", "F": "🔴"}


def render(result: AuditResult, sheet: Sheet) -> str:
    """Grade, counts, failures, what could not be judged, gaps, waivers, notices, and what is not shown."""
    if result.unaudited is not None:
        blocks = ["## ⛔ Nothing was audited", code(sentence(result.unaudited)), *_circumstances(result)]
    else:
        blocks = [*_headline(result), *_circumstances(result), *_changed(result)]
        blocks += [*_failing(result, sheet), *_unknown(result)]
        blocks += _fixes(result)
    blocks += [*_gaps(result), *_waived(result), *_notices(result)]
    if result.unaudited is None:
        blocks += [*_groups(result), *_hidden(result, sheet)]
    return "\n\n".join(blocks) + "\n"


def _headline(result: AuditResult) -> list[str]:
    score, marks = result.score, result.score.marks
    # Rounded down: 99.9 % must not read as everything.
    covered = f"coverage {int(score.coverage * 100 + 1e-9)} %"
    if marks.value is None:
        title = f"## No grade: nothing could be judged, {covered}"
    else:
        title = (
            f"## {_MARKS.get(marks.grade, '⚪')} Grade {marks.grade}: {_interval(marks)} of 100, {covered}"
        )
    names = list(score.fails_by_severity)
    table = [
        "| failed | " + " | ".join(names) + " | unknown | passed | not applicable | waived |",
        "|--:" * (len(names) + 5) + "|",
        f"| **{score.by_status.get('fail', 0)}** | "
        + " | ".join(str(score.fails_by_severity[name]) for name in names)
        + f" | **{score.by_status.get('unknown', 0)}** | {score.by_status.get('pass', 0)} "
        + f"| {score.by_status.get('not_applicable', 0)} | {score.waived} |",
    ]
    return [title, "\n".join(table)]


def _interval(marks: Marks) -> str:
    if marks.value is None or marks.low is None or marks.high is None:
        return "not judged"
    return f"{marks.value:.1f} ({marks.low:.1f}–{marks.high:.1f})"


def _circumstances(result: AuditResult) -> list[str]:
    run = result.run
    scopes = [code(_scope_name(scope, result)) for scope in run.scope[:_SCOPES_SHOWN]]
    scopes += [f"{len(run.scope) - _SCOPES_SHOWN} more"] if len(run.scope) > _SCOPES_SHOWN else []
    lines = [
        f"- Tenant {code(run.tenant_id or 'not known')} in {code(run.cloud)}",
        f"- Scope: {', '.join(scopes) or 'nothing'}",
        f"- Profile {code(run.profile)}, {counted(len(result.rules), 'rule')}",
        f"- Finished {moment(run.finished_at)}",
    ]
    return ["\n".join(lines)]


def _scope_name(scope: str, result: AuditResult) -> str:
    try:
        subscription = ArmId.parse(scope).subscription_id
    except MalformedId:
        subscription = None
    name = result.subscription_names.get(subscription or "")
    return shortened(f"{name}: {scope}" if name else scope, _NAME_LIMIT * 3)


def _changed(result: AuditResult) -> list[str]:
    changes = result.changes
    if changes is None:
        return []
    since = f"Since {moment(changes.old.started_at)}: **{summary(changes)}**; {score_change(changes)}."
    lines = [
        f"- {spoken(change.kind)}: {SEVERITY_MARKS[change.severity]} {code(change.rule)} on "
        f"{code(change.resource)} ({status(change)})"
        for change in changes.changes
    ]
    notes = [f"- {code(sentence(note))}" for note in changes.notes]
    notes += [f"- Gone: {code(resource)}" for resource in changes.gone_resources]
    return ["### What changed", since, *([_listed([*lines, *notes])] if lines or notes else [])]


def _failing(result: AuditResult, sheet: Sheet) -> list[str]:
    shown = [found for found in _open_failures(result) if found.severity.rank <= sheet.min_severity.rank]
    if not shown:
        said = "Nothing that could be judged" if result.score.by_status.get("unknown", 0) else "Nothing"
        return ["### Failing", f"{said}, at this severity." if _open_failures(result) else f"{said}."]
    rules = rules_by_id(result)
    names = {workload.id: workload.name for workload in result.workloads}
    blocks = [_failure(found, rules[found.rule], names, result.run.started_at) for found in shown]
    return [f"### Failing ({len(shown)})", *within(blocks, _FAILING_BYTES)]


def _open_failures(result: AuditResult) -> list[Result]:
    return [found for found in result.results if found.status == "fail" and not found.waiver]


def _failure(found: Result, rule: RuleSummary, names: Mapping[str, str], started_at: datetime) -> str:
    lines = [code(sentence(found.verdict.message)), "", f"- Resource {code(found.resource)}"]
    lines += [f"- With {code(end)}" for end in found.related]
    lines += [f"- Seen: {code(line)}" for line in evidence_lines(found)]
    workloads = [code(shortened(names.get(workload, workload), _NAME_LIMIT)) for workload in found.workloads]
    lines += [f"- Part of {', '.join(workloads)}"] if workloads else []
    lines += [f"- {seen_since(found.first_seen, started_at).capitalize()}"] if found.first_seen else []
    lines += [f"- Confidence {found.confidence}"] if found.confidence != "high" else []
    lines += [f"- Note: {code(sentence(note))}" for note in found.verdict.notes]
    lines += [f"- Why: {prose(rule.rationale)}"] if rule.rationale else []
    if found.remedy:
        lines.append(f"- To do: {code(sentence(found.remedy.summary))}")
    if found.remedy and found.remedy.az:
        lines += ["", fenced(found.remedy.az, "sh")]
    severity = f"{SEVERITY_MARKS[found.severity]} <b>{found.severity}</b>"
    title = f"{severity} {html.escape(visible(rule.title))} {html_code(_short_name(found.resource))}"
    return _folded(title, [*lines, "", _reference(rule)])


def _reference(rule: RuleSummary) -> str:
    link = f", [documented here](<{rule.url}>)" if rule.url.startswith("https://") else ""
    return f"Rule {code(rule.id)}{link}."


def _unknown(result: AuditResult) -> list[str]:
    unknown = [found for found in result.results if found.status == "unknown" and not found.waiver]
    causes: dict[tuple[str, ...], list[Result]] = {}
    for found in unknown:
        causes.setdefault(_cause(found), []).append(found)
    if not causes:
        return []
    ordered = sorted(causes.items(), key=lambda item: (not item[0][0], -len(item[1]), item[0]))
    blocks = [_undecided(cause, results) for cause, results in ordered]
    return [f"### Could not be judged ({len(unknown)})", *within(blocks, _OTHER_BYTES)]


def _cause(found: Result) -> tuple[str, ...]:
    """The missing action, the reason, what was not read or which rule could not decide, and its message."""
    gap = gap_of(found)
    if gap is None:
        return "", reason_of(found), found.rule, found.verdict.message
    return gap.action or "", gap.reason, gap.what if not gap.action else "", ""


def _undecided(cause: tuple[str, ...], results: Sequence[Result]) -> str:
    action, reason, what, message = cause
    missing = f"missing permission {html_code(action)}" if action else f"{reason}: {html_code(what)}"
    gap = gap_of(results[0])
    said = message or ("" if action or gap is None else sentence(describe(gap)))
    lines = [code(sentence(said)), ""] if said else []
    scopes = dict.fromkeys(str(gap.scope) if (gap := gap_of(found)) else found.resource for found in results)
    lines += [f"- On {code(scope)}" for scope in list(scopes)[:_SCOPES_SHOWN]]
    lines += [f"- and on {len(scopes) - _SCOPES_SHOWN} more"] if len(scopes) > _SCOPES_SHOWN else []
    rules = Counter(found.rule for found in results)
    lines.append(f"- Rules: {', '.join(code(rule) for rule in rules)}")
    return _folded(f"❔ <b>unknown</b> {missing}: {counted(len(results), 'verdict')}", lines)


def _gaps(result: AuditResult) -> list[str]:
    """Gaps that no unknown verdict waits for; the others stand with the verdicts."""
    waited = {_gap_key(gap) for found in result.results if (gap := gap_of(found))}
    idle = [gap for gap in result.gaps if _gap_key(gap) not in waited]
    if not idle:
        return []
    blocks = [f"- {code(sentence(describe(gap)))}" for gap in idle]
    return [f"### Could not be read, and no verdict waits for it ({len(idle)})", _listed(blocks)]


def _gap_key(gap: Gap) -> tuple[str, str, str]:
    return gap.scope.key, gap.what.lower(), gap.action or gap.reason


def _fixes(result: AuditResult) -> list[str]:
    if not result.fixes:
        return []
    lines = []
    for fix in result.fixes:
        decided = f", {fix.decision}, row {fix.row}" if fix.row is not None else ""
        undo = f" Undo: {code(fix.revert)}" if fix.revert else ""
        said = f"{code(fix.connection or fix.target)}: {code(sentence(fix.message))}"
        lines.append(f"- **{fix.outcome}** {fix.kind}{decided} on {said}{undo}")
    return [f"### Fixes ({len(lines)})", _listed(lines)]


def _waived(result: AuditResult) -> list[str]:
    waived = [(found, found.waiver) for found in result.results if found.waiver]
    if not waived:
        return []
    lines = [
        f"- {SEVERITY_MARKS[found.severity]} {code(found.rule)} on {code(found.resource)}: accepted by "
        f"{code(waiver.owner)} until {waiver.expires.isoformat()}: {code(sentence(waiver.reason))}"
        for found, waiver in waived
    ]
    return [f"### Waived ({len(waived)})", _listed(lines)]


def _notices(result: AuditResult) -> list[str]:
    if not result.notices:
        return []
    lines = [f"- {code(sentence(notice))}" for notice in result.notices]
    return [f"### Notices ({len(result.notices)})", _listed(lines)]


def _groups(result: AuditResult) -> list[str]:
    names = {workload.id: workload.name for workload in result.workloads}
    blocks = [*_scores("Workloads", result.score.by_workload, names)]
    if len(result.score.by_subscription) > 1:
        blocks += _scores("Subscriptions", result.score.by_subscription, result.subscription_names)
    return blocks


def _scores(title: str, groups: Sequence[GroupMarks], names: Mapping[str, str]) -> list[str]:
    lines = [
        f"- {code(shortened(names.get(group.id, group.id), _NAME_LIMIT))}: grade {group.marks.grade}, "
        f"{_interval(group.marks)}"
        for group in groups
    ]
    return [f"### {title}", _listed(lines)] if lines else []


def _hidden(result: AuditResult, sheet: Sheet) -> list[str]:
    statuses = result.score.by_status
    hidden = [f"{statuses.get('pass', 0)} passed", f"{statuses.get('not_applicable', 0)} not applicable"]
    below = sum(found.severity.rank > sheet.min_severity.rank for found in _open_failures(result))
    hidden += [f"{below} failed below {sheet.min_severity}"] if below else []
    return [f"Not shown: {', '.join(hidden)}. The JSON report has everything."]


def _folded(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(within(lines, _OTHER_BYTES))


def _short_name(resource: str) -> str:
    return shortened(resource.rpartition("/")[2] or resource, _NAME_LIMIT)
