"""key-vault-authorization."""

from __future__ import annotations

from auditor.model.resources.key_vault import Vault
from auditor.relate.owners import known
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.vault_access import purgers
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
from auditor_rules.dependencies import LINKED_VAULTS
from auditor_rules.key_vault.principals import READS as PRINCIPAL_READS
from auditor_rules.key_vault.principals import is_person, is_service
from auditor_rules.key_vault.writers import writers_of

_UPDATE = "az keyvault update --name {name} --resource-group {group} --subscription {subscription}"
_PROTECT = Remedy(
    summary="Enable purge protection. It cannot be switched off again.",
    az=f"{_UPDATE} --enable-purge-protection true",
)
_ROLES = Remedy(
    summary="Give everybody who has an access policy the role that equals it, then let roles decide: access"
    " policies count for nothing from then on.",
    az=f"{_UPDATE} --enable-rbac-authorization true",
)


@rule(
    id="key-vault-authorization",
    title="Key vault is guarded by roles and cannot be emptied for good",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=LINKED_VAULTS,
    reads=(*PERMISSION_READS, *PRINCIPAL_READS),
    profiles=("prompt-flow", "compute-session"),
    remedy=_PROTECT,
    controls=controls(
        policy=(
            "12d4fa5e-1f9f-4c21-97a9-b99b3c6611b5",
            "0b60c0b2-2dc2-4e1c-b5c9-abbed971de53",
        ),
        mcsb=(
            "PA-7",
            "DP-8",
        ),
        cis=(
            "8.3.5",
            "8.3.6",
        ),
        nist=("AC-6",),
    ),
    sources=(
        Source(
            title="Manage a prompt flow compute session",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-manage-compute-session",
        ),
        Source(
            title="Azure role-based access control or access policies",
            url="https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy",
        ),
        Source(
            title="Access configuration default of new key vaults",
            url="https://learn.microsoft.com/azure/key-vault/general/access-control-default",
        ),
        Source(
            title="Key Vault recovery: soft-delete and purge protection",
            url="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
        ),
    ),
)
def key_vault_authorization(vault: Vault, view: View) -> Verdict:
    """Roles say who may read the vault's secrets, and what is deleted can be brought back.

    Why
        The vault holds the secrets of the workspace's connections. Under access policies whoever may write
        the vault, as every Contributor may, can write a policy for himself and read them all. Without purge
        protection, one identity with the permission, or one with a Contributor's, can destroy them for good.
    Pass when
        `enableRbacAuthorization` and `enablePurgeProtection` are true and soft delete is on (absent or null:
        on).
    Fail when
        Medium: purge protection is false, absent or null, or soft delete is off. Low: the vault uses access
        policies: `enableRbacAuthorization` is false, absent or null. Medium where somebody who may write the
        vault, but not assign roles on it, has no full access policy yet: he can give himself one. Medium
        where an access policy lets a managed identity or other service principal purge.
    Unknown when
        A property is not of its form, or, under access policies, role assignments or definitions could not be
        read; the vault that the workspace names could not be read.
    Not applicable when
        The workspace names no key vault.
    Evidence
        `properties.enableRbacAuthorization`, `properties.enablePurgeProtection`,
        `properties.enableSoftDelete` and `properties.accessPolicies[]` of `Microsoft.KeyVault/vaults`,
        api-version 2023-07-01; role assignments on the vault and above. That an access policy is a service
        principal's is known where it is a resource's identity or holds a role; of others a note says that
        they may purge. Sources disagree: "Manage a prompt flow compute session" calls access policies the
        default of a linked vault. "Access configuration default of new key vaults" says that vaults made with
        api-version 2026-02-01 or later use roles unless told otherwise. Existing vaults, and null, keep
        access policies.
    Remedy
        Enable purge protection. Give roles to those who have access policies, then switch to roles.
    """
    checks = [attempt(lambda: _recoverable(vault)), attempt(lambda: _model(vault))]
    if known(vault.uses_roles) is False:
        checks.append(attempt(lambda: _self_service(vault, view)))
        checks.append(attempt(lambda: _purge(vault, view)))
    return worst(checks, own=Severity.MEDIUM)


def _recoverable(vault: Vault) -> Verdict:
    purge, soft = vault.purge_protection, vault.soft_delete
    evidence = (purge.evidence(), soft.evidence(), vault.uses_roles.evidence())
    if not soft.value:
        return Fail(message="soft delete is off: what is deleted is gone at once", evidence=evidence)
    if purge.value:
        said = "roles decide who reads the vault, and purge protection is on"
        return Pass(message=said, evidence=evidence)
    said = "purge protection is off: whoever may purge destroys deleted secrets for good"
    return Fail(message=said, evidence=evidence[:2])


def _model(vault: Vault) -> Verdict:
    roles = vault.uses_roles
    if roles.value:
        return Pass(message="roles decide who reads the vault", evidence=(roles.evidence(),))
    stated = "" if roles.is_stated else " (the switch is not set, which means these)"
    said = f"access policies decide who reads the vault{stated}, not roles"
    return Fail(message=said, evidence=(roles.evidence(),), severity=Severity.LOW, remedy=_ROLES)


def _self_service(vault: Vault, view: View) -> Verdict:
    """Under access policies, vaults/write is self-service access to what the vault holds."""
    writers = writers_of(view.estate, vault)
    if not writers.found:
        if writers.doubt is not None:
            raise writers.doubt
        return Pass(message="only administrators may write the vault")
    named = ", ".join(writer.said for writer in writers.found)
    return Fail(
        message=f"may give themselves an access policy, since they may write the vault: {named}",
        evidence=tuple(
            row.role_definition.evidence() for writer in writers.found for row in writer.assignments
        ),
        remedy=_ROLES,
    )


def _purge(vault: Vault, view: View) -> Verdict:
    found = purgers(vault.access_policies.value)
    services = [principal for principal in found if is_service(view.estate, principal)]
    notes = tuple(
        f"{principal} may purge, and whether it is a person or a service is not known"
        for principal in found
        if principal not in services and not is_person(view.estate, principal)
    )
    if not services:
        return Pass(message="no access policy lets a service purge", notes=notes)
    return Fail(
        message=f"an access policy lets a service destroy what was deleted: {', '.join(services)}",
        evidence=tuple(fact.evidence() for principal in services for fact in found[principal]),
        remedy=Remedy(summary=f"Take purge out of the access policy of {', '.join(services)}.", az=None),
        notes=notes,
    )
