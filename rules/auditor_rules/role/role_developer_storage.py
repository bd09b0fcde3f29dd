"""role-developer-storage."""

from __future__ import annotations

from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Source, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_convenience
from auditor_rules.role.grants import Need

NEED = Need(
    requirement=Requirement(actions=("Microsoft.Storage/storageAccounts/listAccountSas/action",)),
    to_do="make an account SAS of the storage account",
    role="b24988ac-6180-42a0-ab88-20f7382dd24c",
    role_name="Contributor",
)


@rule(
    id="role-developer-storage",
    title="Developers may make an account SAS of the storage account",
    severity=Severity.LOW,
    rule_class="function",
    subjects=DeclaredPeople(of=StorageAccount, who="developers", kinds=("on-your-data", "private-openai")),
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
def role_developer_storage(grantee: Grantee[StorageAccount], view: View) -> Verdict:
    """A declared developer may make an account SAS of the storage account, while it takes keys.

    Why
        The studio uploads files from the browser with an account SAS, which the account key signs. Without
        the grant the upload fails; programs that use a data role are not concerned.
    Pass when
        The developer holds the action `storageAccounts/listAccountSas/action` on the storage account, by any
        role, made there or above, directly or through a group.
    Fail when
        Nothing grants it, or a deny assignment takes it away: low, for the grant is a convenience of the
        studio.
    Unknown when
        It is granted only under an ABAC condition, `allowSharedKeyAccess` is malformed, or assignments,
        definitions or deny assignments could not be read.
    Not applicable when
        No developer is declared for a workload of the storage account, the workload is of another kind than
        on-your-data and private-openai, or the storage account refuses keys (`allowSharedKeyAccess` false).
        Then the grant is of no use; a note says so where it is held.
    Evidence
        `developers` of the declared workloads; role assignments that reach each of them (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID. The documentation names Contributor; any role that holds the
        action passes.
    Remedy
        Assign Contributor to the developer on the storage account, or better turn keys off and let developers
        sign in with their own identity.
    """
    keys = grantee.target.allow_shared_key_access
    return judge_convenience(
        view,
        grantee,
        NEED,
        keys,
        off=False,
        drop="it may still make an account SAS, which the account refuses: the grant can go",
    )
