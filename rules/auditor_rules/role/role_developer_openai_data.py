"""role-developer-openai-data."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Source, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_person, person_holds
from auditor_rules.role.grants import Need, noted

_ACCOUNTS = "Microsoft.CognitiveServices/accounts"
# A `*` asked for is a name that nobody has: only roles over all of OpenAI cover it.
NEED = Need(
    requirement=Requirement(
        data_actions=(
            f"{_ACCOUNTS}/OpenAI/*",
            f"{_ACCOUNTS}/OpenAI/deployments/embeddings/action",
            f"{_ACCOUNTS}/OpenAI/deployments/chat/completions/action",
        )
    ),
    to_do="use every part of the Azure OpenAI account's data plane",
    role="a001fd3d-188f-4b5d-821b-7da978bf7442",
    role_name="Cognitive Services OpenAI Contributor",
)
_MANAGES_ACCOUNT = Requirement(actions=(f"{_ACCOUNTS}/write",))


@rule(
    id="role-developer-openai-data",
    title="Developers may use the models of the Azure OpenAI account",
    severity=Severity.LOW,
    rule_class="function",
    subjects=DeclaredPeople(of=CognitiveAccount, who="developers", kinds=("on-your-data", "private-openai")),
    reads=PERMISSION_READS,
    profiles=("on-your-data", "private-openai"),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Role-based access control for Azure OpenAI",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control",
        ),
    ),
)
def role_developer_openai_data(grantee: Grantee[CognitiveAccount], view: View) -> Verdict:
    """A declared developer may use the whole data plane of the Azure OpenAI account.

    Why
        Developers ingest data and call models from the studio and from their own programs with their own
        sign-in. Owner and Contributor hold no data action, so without this grant a key is the usual way out.
    Pass when
        The developer holds the data actions `OpenAI/*` on the account, by any roles together, made there or
        above, directly or through a group. A note says so where the developer of an On Your Data workload
        does not also manage the account.
    Fail when
        Part of it is missing, or a deny assignment takes it away: low. Cognitive Services OpenAI User is not
        enough, for it neither ingests nor manages files.
    Unknown when
        It is granted only under an ABAC condition, or assignments, definitions or deny assignments could not
        be read.
    Not applicable when
        No developer is declared for a workload of the account, or the workload is of another kind than
        on-your-data and private-openai.
    Evidence
        `developers` of the declared workloads; role assignments that reach each of them (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID. Sources disagree on adding a data source: "Role-based access
        control for Azure OpenAI" asks for Cognitive Services OpenAI Contributor and Cognitive Services
        Contributor, "Use Azure OpenAI On Your Data securely" for the first alone. The second is followed, the
        first gives the note.
    Remedy
        Assign Cognitive Services OpenAI Contributor to the developer, or to a group of developers, on the
        account.
    """
    verdict = judge_person(view, grantee, NEED)
    if grantee.workload.kind != "on-your-data":
        return verdict
    if person_holds(view, grantee, _MANAGES_ACCOUNT) is not False:
        return verdict
    return noted(
        verdict, "one Microsoft page asks for Cognitive Services Contributor too, to add a data source"
    )
