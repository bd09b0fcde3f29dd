"""role-developer-assigns-roles."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Fail, Pass, Severity, Source, Unknown, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_person
from auditor_rules.role.grants import Need

NEED = Need(
    requirement=Requirement(actions=("Microsoft.Authorization/roleAssignments/write",)),
    to_do="assign roles on the Azure OpenAI account",
    role="f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    role_name="Role Based Access Control Administrator",
)


@rule(
    id="role-developer-assigns-roles",
    title="Developers may assign roles on the Azure OpenAI account",
    severity=Severity.INFO,
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
def role_developer_assigns_roles(grantee: Grantee[CognitiveAccount], view: View) -> Verdict:
    """A declared developer may assign roles on the Azure OpenAI account, at least some of them.

    Why
        A later revision of On Your Data lets the studio make the grants between the services with the
        developer's own sign-in. Where an administrator makes them, nobody needs this.
    Pass when
        The developer holds `Microsoft.Authorization/roleAssignments/write` on the account, by any role, made
        there or above, directly or through a group. A grant under a condition passes with a note: which roles
        may be assigned is what the condition usually limits, and that is the better grant.
    Fail when
        Nothing grants it, or a deny assignment takes it away: info, for only the newer documentation asks for
        it.
    Unknown when
        Assignments, definitions or deny assignments could not be read.
    Not applicable when
        No developer is declared for a workload of the account, or the workload is of another kind than
        on-your-data and private-openai.
    Evidence
        `developers` of the declared workloads; role assignments that reach each of them (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID.
    Remedy
        Assign Role Based Access Control Administrator to the developer on the account, with a condition that
        names the roles that may be assigned; or let an administrator make the grants.
    """
    verdict = judge_person(view, grantee, NEED)
    if isinstance(verdict, Unknown) and verdict.reason is Reason.CONDITIONAL:
        return Pass(
            message=f"the developer {grantee.principal} may {NEED.to_do}, under a condition",
            evidence=verdict.evidence,
            notes=(
                "which roles may be assigned, and to whom, is up to the condition, which is not evaluated",
            ),
        )
    if isinstance(verdict, Fail):
        return replace(verdict, severity=Severity.INFO)
    return verdict
