"""search-role-based-access."""

from __future__ import annotations

from auditor.model.resources.search_service import SearchService
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.search.remedies import UPDATE
from auditor_rules.subjects import SEARCH_SERVICES

ROLES_AND_KEYS = '{{"aadOrApiKey":{{"aadAuthFailureMode":"http401WithBearerChallenge"}}}}'


@rule(
    id="search-role-based-access",
    title="Search data plane accepts roles",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=SEARCH_SERVICES,
    profiles=("on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Accept roles beside keys; once no caller sends a key any more, turn keys off"
        " (search-api-keys).",
        az=f"{UPDATE}'properties.authOptions={ROLES_AND_KEYS}'",
    ),
    controls=controls(
        mcsb=(
            "IM-1",
            "IM-3",
        )
    ),
    sources=(
        Source(
            title="Enable or disable role-based access control in Azure AI Search",
            url="https://learn.microsoft.com/azure/search/search-security-enable-roles",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def search_role_based_access(service: SearchService, view: View) -> Verdict:
    """The search service accepts Microsoft Entra tokens and roles on its data plane.

    Why
        A service that takes keys only refuses every managed identity, whatever roles it holds. On Your Data,
        agents and flows then fail, and the usual way out is to hand an admin key to the application.
    Pass when
        `disableLocalAuth` is true, which leaves roles only, or `authOptions.aadOrApiKey` is there.
    Fail when
        `authOptions.apiKeyOnly` is there, or `authOptions` is absent or null while `disableLocalAuth` is
        false, absent or null: keys only is the default.
    Unknown when
        One of the properties is malformed, or the service could not be read.
    Not applicable when
        Never.
    Evidence
        `properties.disableLocalAuth` and `properties.authOptions` of `Microsoft.Search/searchServices`,
        api-version 2025-05-01. Sources disagree on roles only: older On Your Data guidance and its script ask
        for "Both", the current On Your Data page and the page on enabling roles accept roles only. Both
        states pass here; search-api-keys judges the keys.
    Remedy
        Set `authOptions` to `aadOrApiKey`, which replaces `apiKeyOnly`; keys go on working.
    """
    local, both, keys = service.disable_local_auth, service.role_or_key, service.key_only
    if local.value:
        return Pass(message="roles only: API keys are disabled", evidence=(local.evidence(),))
    if both.value is not None:
        return Pass(
            message="roles are accepted beside API keys",
            evidence=(local.evidence(), both.evidence()),
            notes=_failure_mode(service),
        )
    said = "" if keys.value is not None else ": no authentication option is set, which means keys only"
    return Fail(
        message=f"only API keys are accepted, every managed identity is refused{said}",
        evidence=(local.evidence(), both.evidence(), keys.evidence()),
    )


def _failure_mode(service: SearchService) -> tuple[str, ...]:
    if service.failure_mode.meaning != "http403":
        return ()
    return (
        "a failed sign-in is answered 403 without a challenge; http401WithBearerChallenge tells clients more",
    )
