"""role-developer-web-app."""

from __future__ import annotations

from auditor.model.resources.app import Site
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Source, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_person
from auditor_rules.role.grants import Need

NEED = Need(
    requirement=Requirement(
        actions=(
            "Microsoft.Web/sites/write",
            "Microsoft.Web/serverfarms/write",
            "Microsoft.Resources/deployments/write",
        )
    ),
    to_do="create web apps, plans and deployments in the resource group of the web app",
    role="b24988ac-6180-42a0-ab88-20f7382dd24c",
    role_name="Contributor",
)


@rule(
    id="role-developer-web-app",
    title="Developers may deploy the web app",
    severity=Severity.LOW,
    rule_class="function",
    subjects=DeclaredPeople(of=Site, who="developers", kinds=("on-your-data", "private-openai")),
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
def role_developer_web_app(grantee: Grantee[Site], view: View) -> Verdict:
    """A declared developer may deploy the workload's web app into its resource group.

    Why
        The studio deploys the sample web app with the developer's own sign-in: it creates a plan, a site and
        a deployment. Without the grant the button fails.
    Pass when
        The developer holds `Microsoft.Web/sites/write`, `Microsoft.Web/serverfarms/write` and
        `Microsoft.Resources/deployments/write` on the resource group of the web app, by any roles together,
        made there or above, directly or through a group.
    Fail when
        Part of it is missing, or a deny assignment takes it away: low. Website Contributor creates no plan. A
        grant on the web app alone is only a part.
    Unknown when
        It is granted only under an ABAC condition, or assignments, definitions or deny assignments could not
        be read.
    Not applicable when
        No developer is declared for a workload of the web app, or the workload is of another kind than
        on-your-data and private-openai. Container apps yield no result: the studio deploys none.
    Evidence
        `developers` of the declared workloads; role assignments that reach each of them (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID.
    Remedy
        Assign Contributor to the developer on the resource group, or let a pipeline deploy the app and take
        the developer out of the declaration.
    """
    group = grantee.target.id.parent or grantee.target.id
    return judge_person(view, grantee, NEED, at=group)
