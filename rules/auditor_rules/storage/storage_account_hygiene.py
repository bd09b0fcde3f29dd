"""storage-account-hygiene."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from auditor.model.resources.storage_account import ResourceAccessRule, StorageAccount
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.storage.instances import judge_instance
from auditor_rules.subjects import RELATED_STORAGE

UPDATE = "az storage account update --ids {id}"
REMOVE = (
    "az storage account network-rule remove --account-name {{name}} --resource-group {{group}}"
    " --subscription {{subscription}} --tenant-id {{{tenant}}} --resource-id {{{named}}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One verdict with what mends it: an option of the update command, or a command of its own."""

    verdict: Verdict
    option: str = ""
    command: str = ""
    fills: tuple[tuple[str, str], ...] = ()


@rule(
    id="storage-account-hygiene",
    title="Storage account hygiene",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=RELATED_STORAGE,
    profiles=("on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Set each property that the message names.",
        az=f"{UPDATE} --allow-blob-public-access false --min-tls-version TLS1_2 --https-only true"
        " --allow-cross-tenant-replication false",
    ),
    controls=controls(
        policy=(
            "4fa4b6c0-31ca-4c0d-b10d-24b96f62a751",
            "92a89a79-6c52-4a7e-a03f-61306fc49312",
            "fe83a0eb-a853-422d-aac2-1bffd182c5d0",
        ),
        mcsb=("DP-3",),
        cis=(
            "9.3.4",
            "9.3.6",
            "9.3.7",
            "9.3.8",
        ),
        nist=("SC-8",),
    ),
    sources=(
        Source(
            title="Storage accounts, get properties",
            url="https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties",
        ),
        Source(
            title="Remediate anonymous read access to blob data",
            url="https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent",
        ),
        Source(
            title="Create a storage firewall resource instance rule",
            url="https://learn.microsoft.com/azure/storage/common/storage-network-security-resource-instances",
        ),
    ),
)
def storage_account_hygiene(account: StorageAccount, view: View) -> Verdict:
    """No anonymous blobs, TLS 1.2 or newer, HTTPS only, no replication to and no firewall rule for strangers.

    Why
        Each of these opens a way around identity and network rules: a container made public by mistake, a
        downgraded connection, an object replication policy that carries the data to another tenant, a
        firewall rule that lets in services that are not ours.
    Pass when
        `allowBlobPublicAccess` is false, `minimumTlsVersion` is TLS1_2 or TLS1_3, `supportsHttpsTrafficOnly`
        is true, absent or null (which mean true), `allowCrossTenantReplication` is false, and every resource
        access rule belongs to our tenant and names a subscription.
    Fail when
        One of them is otherwise. TLS absent or null means 1.0. Replication absent or null is not a promise:
        accounts made before the default changed replicate. A resource access rule fails where its tenant is
        not ours, or where `*` stands for its subscription. Medium; low where nothing fails but
        `allowBlobPublicAccess`, absent or null.
    Unknown when
        No property fails and one has a value that is not known, a resource access rule names no tenant or our
        own is not known, or the account could not be read.
    Not applicable when
        Never. Storage accounts that serve no AI workload yield no result.
    Evidence
        Those properties and `networkAcls.resourceAccessRules` of `Microsoft.Storage/storageAccounts`,
        api-version 2023-05-01. Of an absent `allowBlobPublicAccess` the SDK says that it means false for new
        accounts; Azure Policy 4fa4b6c0 wants an explicit false, and older accounts default to true: hence
        low. `allowedCopyScope` is only noted where it is not set.
    Remedy
        Set what the message names; remove resource access rules that are not yours.
    """
    checks = (*_checks(account), *_instances(account, view))
    judged = worst((check.verdict for check in checks), own=Severity.MEDIUM)
    scope = account.allowed_copy_scope
    notes = (
        () if scope.is_stated else ("allowedCopyScope is not set: blobs may be copied in from any tenant",)
    )
    if isinstance(judged, Fail):
        failed = tuple(check for check in checks if isinstance(check.verdict, Fail))
        fills = tuple(fill for check in failed for fill in check.fills)
        return replace(judged, notes=notes, remedy=_remedy(failed), fills=fills)
    if isinstance(judged, Pass):
        said = "no anonymous access, TLS 1.2 or newer, HTTPS only, nothing open to other tenants"
        evidence = tuple(seen for check in checks for seen in check.verdict.evidence)
        return Pass(message=said, evidence=evidence, notes=notes)
    return replace(judged, notes=notes)


def _checks(account: StorageAccount) -> Iterator[Check]:
    yield Check(
        verdict=attempt(lambda: _anonymous_access(account)), option="--allow-blob-public-access false"
    )
    yield Check(verdict=attempt(lambda: _tls(account)), option="--min-tls-version TLS1_2")
    yield Check(verdict=attempt(lambda: _https(account)), option="--https-only true")
    yield Check(
        verdict=attempt(lambda: _replication(account)), option="--allow-cross-tenant-replication false"
    )


def _anonymous_access(account: StorageAccount) -> Verdict:
    allowed = account.allow_blob_public_access
    if allowed.value is None:
        said = "anonymous blob access is not ruled out: allowBlobPublicAccess is not set"
        return Fail(message=said, evidence=(allowed.evidence(),), severity=Severity.LOW)
    if allowed.value:
        return Fail(
            message="containers may be made public (anonymous access)", evidence=(allowed.evidence(),)
        )
    return Pass(message="no anonymous access", evidence=(allowed.evidence(),))


def _tls(account: StorageAccount) -> Verdict:
    version = account.minimum_tls_version
    if version.value in {"TLS1_2", "TLS1_3"}:
        return Pass(message="TLS 1.2 or newer", evidence=(version.evidence(),))
    said = "" if version.is_stated else ": the property is not set"
    number = version.value.removeprefix("TLS").replace("_", ".")
    return Fail(message=f"TLS {number} is accepted{said}", evidence=(version.evidence(),))


def _https(account: StorageAccount) -> Verdict:
    if account.https_only.value:
        return Pass(message="HTTPS only", evidence=(account.https_only.evidence(),))
    return Fail(message="plain HTTP is accepted", evidence=(account.https_only.evidence(),))


def _replication(account: StorageAccount) -> Verdict:
    allowed = account.allow_cross_tenant_replication
    if allowed.value is False:
        return Pass(message="no replication to other tenants", evidence=(allowed.evidence(),))
    said = "is allowed" if allowed.value else "is not ruled out: allowCrossTenantReplication is not set"
    return Fail(message=f"object replication to other tenants {said}", evidence=(allowed.evidence(),))


def _instances(account: StorageAccount, view: View) -> Iterator[Check]:
    rows: list[ResourceAccessRule] = []
    read = attempt(lambda: _gathered(account, rows))
    yield Check(verdict=read)
    for row in rows:
        verdict = attempt(partial(judge_instance, row, view.estate))
        tenant, named = f"tenant_{row.key}", f"resource_{row.key}"
        # Only a failed check's fills are used, and then both values were read.
        failed = isinstance(verdict, Fail)
        fills = ((tenant, row.tenant_id.value or ""), (named, row.resource_id.value or "")) if failed else ()
        yield Check(verdict=verdict, command=REMOVE.format(tenant=tenant, named=named), fills=fills)


def _gathered(account: StorageAccount, rows: list[ResourceAccessRule]) -> Verdict:
    """Reads the rules on their own, so that a malformed list leaves the other checks standing."""
    rows.extend(account.resource_access_rules.value)
    return Pass(message="the resource access rules were read")


def _remedy(failed: tuple[Check, ...]) -> Remedy:
    options = tuple(check.option for check in failed if check.option)
    update = (" ".join((UPDATE, *options)),) if options else ()
    removals = tuple(check.command for check in failed if check.command)
    return Remedy(
        summary="Set what the message names, and remove firewall rules for resources that are not yours.",
        az=" && ".join((*update, *removals)),
    )
