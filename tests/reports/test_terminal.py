"""Format `terminal`."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from auditor.model.finding import Evidence, Fail, Gap, Severity, Unknown
from auditor.model.fix import Outcome
from auditor.model.ids import ArmId
from auditor.model.pack import Sheet
from auditor.model.reasons import Reason
from auditor.model.result import AuditResult, GroupMarks, Marks, Result
from auditor_reports.terminal import render
from auditor_reports.terminal_failing import short_name
from tests.reports.example import HR, ML, OPENAI, SUBSCRIPTION, audit, fix_of, result_of
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe

_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/mg"
_NOTHING = Marks(value=None, low=None, high=None, grade="–")


def fail_of(rule: str, severity: Severity, *workloads: str, resource: str = OPENAI) -> Result:
    seen = Evidence(resource=resource, path="properties.x", value="y")
    return result_of(rule, Fail(message="m", evidence=(seen,)), severity, resource, workloads=workloads)


def audit_of(*results: Result) -> AuditResult:
    """The example with these results in place of its own, and no gaps."""
    plain = audit()
    statuses = dict.fromkeys(plain.score.by_status, 0)
    for found in results:
        statuses[found.status] += 1
    return replace(plain, results=results, gaps=(), score=replace(plain.score, by_status=statuses))


def lines_of(result: AuditResult, sheet: Sheet | None = None) -> list[str]:
    return render(result, sheet or Sheet()).splitlines()


def section(lines: list[str], title: str) -> list[str]:
    """The lines between one heading and the next."""
    start = next(number for number, line in enumerate(lines) if line.startswith(title))
    end = (n for n, line in enumerate(lines) if n > start and line[:1].isupper())
    return lines[start + 1 : next(end, len(lines))]


def test_report_begins_with_grade_and_interval() -> None:
    assert lines_of(audit())[0] == "Grade F   22.2 (14.3–50.0) of 100   coverage 70 %"


@pytest.mark.parametrize("width", [40, 80, 100, 140, 1000])
def test_report_at_any_width_keeps_ids_and_commands_in_one_piece(width: int) -> None:
    lines = lines_of(audit(), Sheet(width=width))
    stripped = {line.strip() for line in lines}
    for found in audit().results:
        if found.status == "fail" and not found.waiver:
            assert found.resource in stripped
            assert not found.remedy or not found.remedy.az or f"fix: {found.remedy.az}" in stripped
    assert "…" not in "".join(lines)


@pytest.mark.parametrize("width", [80, 100, 140])
def test_report_folds_sentences_at_the_width(width: int) -> None:
    for line in lines_of(audit(), Sheet(width=width)):
        assert len(line) <= width or "/" in line, line


def test_report_on_a_terminal_differs_from_the_plain_one_in_colour_only() -> None:
    plain, coloured = render(audit(), Sheet()), render(audit(), Sheet(is_terminal=True))
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    bare = [line.rstrip() for line in _COLOUR.sub("", coloured).splitlines()]
    assert bare == plain.splitlines()


def test_report_takes_no_colour_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render(audit(), Sheet()), render(audit(), Sheet(is_terminal=True))
    for name, value in {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "20"}.items():
        monkeypatch.setenv(name, value)
    assert (render(audit(), Sheet()), render(audit(), Sheet(is_terminal=True))) == before


@pytest.mark.parametrize("is_terminal", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_report_of_hostile_text_obeys_none_of_it(name: str, is_terminal: bool) -> None:
    text = render(hostile_audit(HOSTILE[name]), Sheet(is_terminal=is_terminal))
    assert is_safe(_COLOUR.sub("", text) if is_terminal else text)
    assert not any(line.strip().startswith("INJECTED") for line in text.splitlines())
    assert text.encode()


def test_report_of_rich_markup_shows_it_as_it_is() -> None:
    text = render(hostile_audit("[red]x[/] :smile:"), Sheet(is_terminal=True))
    assert _COLOUR.sub("", text).count("[red]x[/] :smile:") >= 10


def test_report_of_a_long_name_shortens_it_beside_the_whole_id() -> None:
    lines = lines_of(hostile_audit(HOSTILE["long"]))
    assert any(line.strip() == f"{OPENAI}/deployments/{HOSTILE['long']}" for line in lines)
    assert any("hostile-rule  " + "n" * 80 + "… (10000 characters)" in line for line in lines)


def test_report_without_a_score_says_so_and_shows_no_number() -> None:
    plain = audit()
    lines = lines_of(replace(plain, score=replace(plain.score, marks=_NOTHING, coverage=0.0)))
    assert lines[0] == "No grade   nothing could be judged   coverage 0 %"


def test_report_of_an_audit_just_short_of_everything_does_not_claim_all_of_it() -> None:
    plain = audit()
    lines = lines_of(replace(plain, score=replace(plain.score, coverage=0.9999)))
    assert lines[0].endswith("coverage 99 %")


def test_report_of_nothing_audited_gives_the_reason_and_nothing_like_a_score() -> None:
    why = "Sign-in failed: the token of the CLI has expired. Run az login."
    text = render(replace(audit_of(), unaudited=why), Sheet())
    assert text.startswith(f"Nothing was audited\n{why}\n")
    assert not re.search(r"grade|score|coverage|passed|failing", text, re.IGNORECASE)


def test_report_of_nothing_audited_still_names_what_was_refused() -> None:
    text = render(replace(audit(), results=(), unaudited="No subscription could be read."), Sheet())
    assert "1 permission missing: no verdict waits for it" in text
    assert "Microsoft.Search/searchServices/read" in text


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ((), "nothing"),
        ((f"/subscriptions/{SUBSCRIPTION.upper()}",), "Contoso AI production"),
        ((f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg",), "rg in Contoso AI production"),
        (("/subscriptions/unnamed",), "unnamed"),
        ((_MANAGEMENT_GROUP,), _MANAGEMENT_GROUP),
        (("all of it",), "all of it"),
        (tuple(f"/subscriptions/{n}" for n in range(9)), "0, 1, 2, 3 and 5 more"),
    ],
)
def test_report_names_its_scope_as_people_do(scope: tuple[str, ...], shown: str) -> None:
    plain = audit()
    assert f"scope    {shown}" in lines_of(replace(plain, run=replace(plain.run, scope=scope)))


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        (f"/subscriptions/{SUBSCRIPTION}", "Contoso AI production"),
        (OPENAI, "oai-hr-chat-prod"),
        (f"{OPENAI}/privateEndpointConnections/pe.1", "pe.1"),
        ("/", "/"),
        ("principal:1", "principal:1"),
    ],
)
def test_short_name_of_each_kind_of_subject_is_what_people_call_it(resource: str, name: str) -> None:
    assert short_name(resource, audit().subscription_names) == name


def test_failing_puts_the_worst_workload_first_and_the_worst_failure_first_in_it() -> None:
    found = (
        fail_of("r-critical", Severity.CRITICAL),
        fail_of("r-high", Severity.HIGH, ML),
        fail_of("r-medium", Severity.MEDIUM, HR),
        fail_of("r-low", Severity.LOW, ML),
    )
    text = "\n".join(section(lines_of(audit_of(*found)), "FAILING"))
    order = ["Other resources", "r-critical", "Übersetzung", "r-high", "r-low", "hr-chat (", "r-medium"]
    assert sorted(order, key=text.index) == order


def test_failing_of_a_result_in_two_workloads_shows_it_once_and_names_the_other() -> None:
    lines = section(lines_of(audit_of(fail_of("r", Severity.HIGH, HR, ML))), "FAILING")
    assert sum("  r  " in line for line in lines) == 1
    assert "    also in Übersetzung 翻訳" in lines


def test_failing_of_results_alike_but_for_the_resource_shares_the_heading_and_lists_each() -> None:
    other = f"{OPENAI}-2"
    found = fail_of("r", Severity.LOW, HR), fail_of("r", Severity.LOW, HR, resource=other)
    lines = section(lines_of(audit_of(*found)), "FAILING")
    assert sum("LOW" in line for line in lines) == 1
    assert {f"    {OPENAI}", f"    {other}"} <= set(lines)


def test_failing_of_evidence_on_another_resource_names_that_resource() -> None:
    subnet = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v"
    seen = Evidence(resource=subnet, path="properties.dhcpOptions", value=None)
    found = result_of("r", Fail(message="m", evidence=(seen,)), Severity.HIGH, OPENAI, related=(subnet,))
    lines = section(lines_of(audit_of(found)), "FAILING")
    at = lines.index(f"    {OPENAI}")
    assert lines[at + 1 : at + 3] == [f"    {subnet}", "      properties.dhcpOptions = null"]


def test_failing_below_the_severity_asked_for_is_counted_and_not_shown() -> None:
    lines = lines_of(audit(), Sheet(min_severity=Severity.HIGH))
    assert "FAILING (2)" in lines
    assert not any("storage-shared-key-access" in line for line in lines)
    assert "  1 passed, 1 not applicable, 4 failures below high" in lines


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        ({"pass"}, "Nothing."),
        ({"pass", "unknown"}, "Nothing among what could be judged."),
    ],
)
def test_failing_when_nothing_fails_does_not_speak_for_the_unknown(keep: set[str], said: str) -> None:
    made = audit_of(*(found for found in audit().results if found.status in keep))
    none = dict.fromkeys(made.score.fails_by_severity, 0)
    made = replace(made, score=replace(made.score, fails_by_severity=none))
    assert section(lines_of(made), "FAILING")[0] == f"  {said}"


def test_failing_when_all_failures_are_below_the_severity_asked_for_counts_them() -> None:
    made = audit_of(fail_of("r", Severity.LOW))
    fails = {**dict.fromkeys(made.score.fails_by_severity, 0), "low": 1}
    made = replace(made, score=replace(made.score, fails_by_severity=fails))
    lines = section(lines_of(made, Sheet(min_severity=Severity.HIGH)), "FAILING")
    assert lines[0] == "  Nothing at this severity; 1 failure below it."


def unread(rule: str, scope: str, action: str | None = "Microsoft.Search/searchServices/read") -> Result:
    gap = Gap(
        scope=ArmId.parse(scope),
        what="Microsoft.Search/searchServices",
        reason=Reason.NO_PERMISSION if action else Reason.TIMEOUT,
        action=action,
    )
    return result_of(rule, Unknown(message="m", reason=gap.reason, gap=gap), Severity.HIGH, scope)


def test_unknown_of_one_missing_permission_is_one_entry_with_scopes_and_rules() -> None:
    found = (
        unread("r-1", "/subscriptions/a"),
        unread("r-2", "/subscriptions/a"),
        unread("r-1", "/subscriptions/b"),
        unread("r-3", "/subscriptions/c", None),
    )
    assert section(lines_of(audit_of(*found)), "COULD NOT BE JUDGED (4)") == [
        "",
        "  1 permission missing: 3 verdicts unknown",
        "    on /subscriptions/a",
        "    on /subscriptions/b",
        "      Microsoft.Search/searchServices/read: 3 verdicts",
        "    rules: r-1, r-2",
        "",
        "  not read: Microsoft.Search/searchServices (timeout): 1 verdict",
        "    on /subscriptions/c",
        "    rules: r-3",
        "",
        "  To get a role with every permission that is needed: auditor permissions",
        "",
    ]


def test_permissions_missing_on_the_same_scopes_stand_together() -> None:
    found = (
        unread("r-1", "/subscriptions/a", "Microsoft.Search/searchServices/read"),
        unread("r-2", "/subscriptions/a", "Microsoft.Storage/storageAccounts/read"),
        unread("r-2", "/subscriptions/b", "Microsoft.KeyVault/vaults/read"),
    )
    lines = section(lines_of(audit_of(*found)), "COULD NOT BE JUDGED (3)")
    assert [line for line in lines if "missing" in line] == [
        "  2 permissions missing: 2 verdicts unknown",
        "  1 permission missing: 1 verdict unknown",
    ]


def test_unknown_on_very_many_scopes_shows_some_and_counts_the_rest() -> None:
    found = [unread("r", f"/subscriptions/{number}") for number in range(40)]
    assert "    and on 35 more, in the JSON report under gaps" in lines_of(audit_of(*found))


def test_unknown_that_no_permission_would_settle_gives_its_message_and_no_advice() -> None:
    conditional = [found for found in audit().results if found.rule == "role-openai-writes-blobs"]
    lines = section(lines_of(audit_of(*conditional)), "COULD NOT BE JUDGED (1)")
    assert lines[1:3] == [
        "  role-openai-writes-blobs (conditional): 1 verdict",
        "    The only grant has a condition, which is not evaluated.",
    ]
    assert not any("auditor permissions" in line for line in lines)


def test_waived_failure_is_listed_with_its_owner_and_not_among_the_failing() -> None:
    lines = lines_of(audit())
    assert "    accepted by team-chat until 2026-12-31: public by design" in section(lines, "WAIVED (1)")
    assert not any("network-public-front-end" in line for line in section(lines, "FAILING"))


def test_notices_are_shown_each_on_its_own() -> None:
    assert section(lines_of(replace(audit(), notices=("One.", "Two."))), "NOTICES (2)")[:2] == [
        "  - One.",
        "  - Two.",
    ]


def test_tables_of_one_subscription_leave_the_subscriptions_out() -> None:
    plain = audit()
    single = replace(plain, score=replace(plain.score, by_subscription=plain.score.by_subscription[:1]))
    assert "SUBSCRIPTIONS" in lines_of(plain)
    assert "SUBSCRIPTIONS" not in lines_of(single)


@pytest.mark.parametrize("width", [80, 100])
def test_tables_of_long_names_fold_the_name_and_keep_the_id(width: int) -> None:
    plain = audit()
    names = {SUBSCRIPTION: "n" * 300}
    lines = section(lines_of(replace(plain, subscription_names=names), Sheet(width=width)), "SUBSCRIPTIONS")
    assert any(SUBSCRIPTION in line for line in lines)
    assert any("25.0 (20.0–40.0)" in line for line in lines)


def test_tables_of_a_workload_that_nothing_judged_say_so() -> None:
    plain = audit()
    made = replace(plain, score=replace(plain.score, by_workload=(GroupMarks(id=HR, marks=_NOTHING),)))
    assert "not judged" in section(lines_of(made), "WORKLOADS")[1]


def test_report_of_a_fix_run_says_what_came_of_each_and_how_to_undo_it() -> None:
    undo = "az network private-endpoint-connection reject --id x"
    fixes = (fix_of(Outcome.APPROVED, "it is ours", revert=undo), fix_of(Outcome.SKIPPED, "a stranger asks"))
    lines = section(lines_of(replace(audit(), fixes=fixes)), "FIXES (2)")
    stripped = [line.strip() for line in lines]
    assert "APPROVED  approve-private-endpoint  sthrchatprod  ours, row 5" in stripped
    assert "Pending → Approved" in stripped
    assert f"undo: {undo}" in stripped
    assert "a stranger asks" in stripped
    assert "not proven: that it is wanted" in stripped


def test_report_of_a_run_without_fixes_has_no_such_section() -> None:
    assert not any(line.startswith("FIXES") for line in lines_of(audit()))
