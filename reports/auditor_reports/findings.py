"""What several formats say of a result in words, and the rules that results name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from auditor.model.finding import Gap, NotApplicable, Unknown
from auditor.model.result import AuditResult, Result, RuleSummary, Run
from auditor_reports.visible import shortened, shown_value, visible

TEXT_LIMIT = 2000
"""Characters of one sentence that came from a tenant; ids and commands are never cut."""

# https://learn.microsoft.com/azure/azure-portal/azure-portal-safelist-urls
_PORTALS = {
    "AzureCloud": "https://portal.azure.com",
    "AzureUSGovernment": "https://portal.azure.us",
    "AzureChinaCloud": "https://portal.azure.cn",
}


def rules_by_id(result: AuditResult) -> Mapping[str, RuleSummary]:
    """Every rule of the report in its order, then those that only results name."""
    rules = {rule.id: rule for rule in result.rules}
    for found in result.results:
        rules.setdefault(
            found.rule,
            RuleSummary(
                id=found.rule,
                title=found.rule,
                severity=found.severity,
                rule_class="exposure",
                rationale="",
                profiles=(),
                controls=(),
                url="",
            ),
        )
    return rules


def sentence(text: str) -> str:
    """A text that may hold a tenant's words, on one line and of bounded length."""
    return shortened(visible(text), TEXT_LIMIT)


def evidence_lines(found: Result) -> list[str]:
    """`path = value` for each piece of evidence, with the resource where it is not the result's own."""
    return [
        f"{visible(seen.path)} = {shown_value(seen.value)}"
        + ("" if seen.resource.lower() == found.resource.lower() else f" on {visible(seen.resource)}")
        for seen in found.verdict.evidence
    ]


def gap_of(found: Result) -> Gap | None:
    """What could not be read, where that is why the result is unknown."""
    return found.verdict.gap if isinstance(found.verdict, Unknown) else None


def reason_of(found: Result) -> str:
    """The reason code of an unknown or not applicable result, else empty."""
    return found.verdict.reason if isinstance(found.verdict, Unknown | NotApplicable) else ""


def change_kinds(result: AuditResult) -> Mapping[str, str]:
    """What became of each result since the last run, by fingerprint; empty without a history."""
    changes = result.changes.changes if result.changes else ()
    return {change.fingerprint: change.kind.value for change in changes}


def portal_url(run: Run, resource: str) -> str | None:
    """Where the resource is shown in the Azure portal; None outside the clouds whose portal is known."""
    portal = _PORTALS.get(run.cloud)
    if portal is None or not resource.lower().startswith("/subscriptions/"):
        return None
    tenant = f"#@{escaped_path(run.tenant_id)}" if run.tenant_id else "#@"
    return f"{portal}/{tenant}/resource{escaped_path(resource)}"


def escaped_path(text: str) -> str:
    """The text as part of a URI: all but letters, digits, `/-._~` percent-encoded."""
    return quote(text, safe="/", errors="backslashreplace")
