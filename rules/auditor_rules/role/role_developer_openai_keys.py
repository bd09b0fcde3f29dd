"""role-developer-openai-keys."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Source, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_convenience
from auditor_rules.role.grants import Need

NEED = Need(
    requirement=Requirement(actions=("Microsoft.CognitiveServices/accounts/listKeys/action",)),
    to_do="list the keys of the Azure OpenAI account",
    role="a97b65f3-24c7-4388-baec-2e87135dc908",
    role_name="Cognitive Services User",
)


@rule(
    id="role-developer-openai-keys",
    title="Developers may fetch the keys of the Azure OpenAI account",
    severity=Severity.LOW,
    rule_class="function",
    subjects=DeclaredPeople(of=CognitiveAccount, who="developers", kinds=("on-your-data", "private-openai")),
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
def role_developer_openai_keys(grantee: Grantee[CognitiveAccount], view: View) -> Verdict:
    """A declared developer may list the keys of the Azure OpenAI account, while it takes any.

    Why
        The studio of On Your Data fetches the key to call the account on the developer's behalf. Without the
        grant parts of it stay empty. It is a convenience: whoever has a key is nobody in the logs.
    Pass when
        The developer holds the action `accounts/listKeys/action` on the account, by any role, made there or
        above, directly or through a group.
    Fail when
        Nothing grants it, or a deny assignment takes it away: low, for the grant is a convenience of the
        studio.
    Unknown when
        It is granted only under an ABAC condition, `disableLocalAuth` is malformed, or assignments,
        definitions or deny assignments could not be read.
    Not applicable when
        No developer is declared for a workload of the account, the workload is of another kind than
        on-your-data and private-openai, or the account refuses keys (`disableLocalAuth` true). Then the grant
        is of no use; a note says so where it is held.
    Evidence
        `developers` of the declared workloads; role assignments that reach each of them (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID. The grant stood in the documentation when On Your Data was new;
        later revisions leave it out.
    Remedy
        Assign Cognitive Services User to the developer on the account, or better turn keys off and let
        developers sign in with their own identity.
    """
    keys = grantee.target.disable_local_auth
    return judge_convenience(
        view,
        grantee,
        NEED,
        keys,
        off=True,
        drop="it may still list keys, which the account refuses: the grant can go",
    )
