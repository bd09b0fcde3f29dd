"""role-developer-search."""

from __future__ import annotations

from auditor.model.resources.search_service import SearchService
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Source, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_convenience
from auditor_rules.role.grants import Need

NEED = Need(
    requirement=Requirement(actions=("Microsoft.Search/searchServices/listAdminKeys/action",)),
    to_do="list the admin keys of the search service",
    role="b24988ac-6180-42a0-ab88-20f7382dd24c",
    role_name="Contributor",
)


@rule(
    id="role-developer-search",
    title="Developers may fetch the admin keys of the search service",
    severity=Severity.LOW,
    rule_class="function",
    subjects=DeclaredPeople(of=SearchService, who="developers", kinds=("on-your-data", "private-openai")),
    reads=PERMISSION_READS,
    profiles=("on-your-data",),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def role_developer_search(grantee: Grantee[SearchService], view: View) -> Verdict:
    """A declared developer may list the admin keys of the search service, while it takes any.

    Why
        The studio lists indexes of a search service with its admin key. Without the grant no index can be
        chosen there. Search Service Contributor is narrower than the documented Contributor and serves.
    Pass when
        The developer holds the action `searchServices/listAdminKeys/action` on the search service, by any
        role, made there or above, directly or through a group.
    Fail when
        Nothing grants it, or a deny assignment takes it away: low, for the grant is a convenience of the
        studio.
    Unknown when
        It is granted only under an ABAC condition, `disableLocalAuth` is malformed, or assignments,
        definitions or deny assignments could not be read.
    Not applicable when
        No developer is declared for a workload of the search service, the workload is of another kind than
        on-your-data and private-openai, or the search service refuses keys (`disableLocalAuth` true). Then
        the grant is of no use; a note says so where it is held.
    Evidence
        `developers` of the declared workloads; role assignments that reach each of them (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID. The documentation names Contributor; any role that holds the
        action passes.
    Remedy
        Assign Contributor to the developer on the search service, or better turn keys off and let developers
        sign in with their own identity.
    """
    keys = grantee.target.disable_local_auth
    return judge_convenience(
        view,
        grantee,
        NEED,
        keys,
        off=True,
        drop="it may still list admin keys, which the service refuses: the grant can go",
    )
