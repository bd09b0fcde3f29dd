"""search-api-keys."""

from __future__ import annotations

from auditor.model.resources.search_service import SearchService
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import Workload
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.search.remedies import UPDATE
from auditor_rules.subjects import SEARCH_SERVICES


@rule(
    id="search-api-keys",
    title="Search API keys disabled",
    severity=Severity.LOW,
    rule_class="exposure",
    subjects=SEARCH_SERVICES,
    reads=RELATION_READS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Disable API keys, once every caller uses roles: a caller that still sends a key is refused"
        " from then on.",
        az=f"{UPDATE}properties.disableLocalAuth=true properties.authOptions=null",
    ),
    controls=controls(policy=("6300012e-e9a4-4649-b41f-a85f5c43be91",), mcsb=("IM-1",), nist=("IA-2",)),
    sources=(
        Source(
            title="Enable or disable role-based access control in Azure AI Search",
            url="https://learn.microsoft.com/azure/search/search-security-enable-roles",
        ),
    ),
)
def search_api_keys(service: SearchService, view: View) -> Verdict:
    """The search service refuses API keys.

    Why
        A key is a password shared by all who hold it: it names nobody, it cannot be limited to one index, and
        a request that carries one is authorised by it even where roles are on.
    Pass when
        `disableLocalAuth` is true.
    Fail when
        It is false, or absent or null, which mean false. Low where a workload of the service is On Your Data
        or names developers: the studio's data upload and developers list keys, and On Your Data accepts
        "Both". Medium where no such workload is found, as nothing then needs the keys.
    Unknown when
        It is malformed, or the service could not be read.
    Not applicable when
        Never.
    Evidence
        `properties.disableLocalAuth` of `Microsoft.Search/searchServices`, api-version 2025-05-01, and the
        workloads that the service belongs to.
    Remedy
        Disable keys and clear `authOptions`, which Azure does not accept beside it. Where the studio flow is
        still needed, waive this rule with a date instead.
    """
    local = service.disable_local_auth
    if local.value:
        return Pass(message="API keys are disabled", evidence=(local.evidence(),))
    said = "API keys are accepted" if local.is_stated else "API keys are accepted: the property is not set"
    needed = [workload.name for workload in view.relations.workloads_of(service.id) if _uses_keys(workload)]
    if needed:
        return Fail(
            message=said,
            evidence=(local.evidence(),),
            notes=(
                f"the studio or developers of {', '.join(needed)} may still list keys: ask before turning"
                " them off",
            ),
        )
    return Fail(message=said, evidence=(local.evidence(),), severity=Severity.MEDIUM)


def _uses_keys(workload: Workload) -> bool:
    declared = workload.declared
    return workload.kind == "on-your-data" or bool(declared and declared.developers)
