"""role-session-identity-key-vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from auditor.model.reasons import Reason
from auditor.model.resources.key_vault import Vault
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.relate.session_identities import principal_of
from auditor.relate.vault_access import EVERY, LATER, Allowed, Kind, allowed, lacking
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.key_vault.policies import set_policy
from auditor_rules.key_vault.principals import READS as PRINCIPAL_READS
from auditor_rules.key_vault.principals import may_be_group
from auditor_rules.role.grants import Need, judge_grant, noted
from auditor_rules.role.sessions import (
    PROFILES,
    SESSIONS,
    SessionGrant,
    SessionGrants,
    assigning,
    checks_of,
    contributor,
    grants_of,
    together,
)
from auditor_rules.verdicts import united

MANAGES = contributor(Vault, "key vault")
USES = Need(
    requirement=Requirement(data_actions=(f"{Vault.ARM_TYPE}/*",)),
    to_do="use all that the vault holds",
    role="00482a5a-887f-4fb3-b363-3b7fe8e74483",
    role_name="Key Vault Administrator",
)
_SECRETS = Need(
    requirement=Requirement(data_actions=(f"{Vault.ARM_TYPE}/secrets/*",)),
    to_do="use the vault's secrets",
    role="b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    role_name="Key Vault Secrets Officer",
)
_NARROW = "it may use secrets only, not keys and certificates: less than documented, and enough for sessions"


@rule(
    id="role-session-identity-key-vault",
    title="Session identity may use the key vault",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=Vault, link="key_vault", called="key vault"),
    reads=(*PERMISSION_READS, *PRINCIPAL_READS),
    profiles=PROFILES,
    remedy=assigning((MANAGES, USES)),
    sources=(
        SESSIONS,
        Source(
            title="Assign a Key Vault access policy",
            url="https://learn.microsoft.com/azure/key-vault/general/assign-access-policy",
        ),
        Source(
            title="Access configuration default of new key vaults",
            url="https://learn.microsoft.com/azure/key-vault/general/access-control-default",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_identity_key_vault(grant: SessionGrant[Vault], view: View) -> Verdict:
    """The user-assigned identity of compute sessions may manage the key vault and use what it holds.

    Why
        The secrets of a workspace's connections lie in its key vault. A session signs in to models, search
        and storage with them; without the grant every connection that has a secret fails.
    Pass when
        The identity holds every action of the control plane on the vault (`Microsoft.KeyVault/vaults/*`), and
        with `enableRbacAuthorization` true every data action too, by any roles together, made there or above,
        directly or through a group. Key Vault Secrets Officer, `vaults/secrets/*` alone, passes with a note.
        With `enableRbacAuthorization` false, absent or null, which mean access policies: its access policy
        has every permission on keys, secrets and certificates but purge. Those of key rotation and release,
        which came later, are not asked for; a note says where they are missing.
    Fail when
        One of the two is missing, or a deny assignment takes it away: the message names each. Low where it is
        granted on a part of the vault only, such as one secret.
    Unknown when
        It is granted only under an ABAC condition; the access policy that the identity lacks may be that of a
        group it is in, since an entry of somebody unknown has all that is needed and ARM does not tell who is
        in a group; the identity's object id is not stated; an entry is malformed; or the vault, the compute
        instances, assignments, definitions or deny assignments could not be read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. The workspace names no key vault. The workspace is a hub or a feature store, in which
        no sessions run.
    Evidence
        `properties.enableRbacAuthorization` and `properties.accessPolicies[]` of the vault that
        `properties.keyVault` of the workspace (of its hub where a project names none) tells, api-version
        2023-07-01. An entry with an `applicationId` counts only for that application's requests on somebody's
        behalf, so not here. Role assignments that reach the identity (`assignedTo()`), their role definitions
        and deny assignments, api-version 2022-04-01. Eligible-only assignments do not count. Key Vault
        Administrator, which the documentation asks for, is wider than sessions need. It calls access policies
        the default of a linked vault; vaults made with api-version 2026-02-01 or later use roles.
    Remedy
        Assign Contributor, and Key Vault Administrator or an access policy with every permission but purge.
    """
    principal = principal_of(view.estate, grant.identity)
    managed = checks_of(view, grant, principal, (MANAGES,))
    if grant.target.uses_roles.value:
        used = attempt(lambda: _by_role(view, grant, principal))
        return together((*managed, (used, USES)), principal)
    policy = attempt(lambda: _by_policy(view, grant, principal))
    return _both(managed[0][0], policy, principal)


def _by_role(view: View, grant: SessionGrant[Vault], principal: str) -> Verdict:
    name, vault = grant.identity.name, grant.target
    verdict = judge_grant(view, vault, name, principal, USES)
    if verdict.status == "pass":
        return verdict
    secrets = attempt(lambda: judge_grant(view, vault, name, principal, _SECRETS))
    return noted(secrets, _NARROW) if secrets.status == "pass" else verdict


def _by_policy(view: View, grant: SessionGrant[Vault], principal: str) -> Verdict:
    vault, name = grant.target, grant.identity.name
    policies = vault.access_policies.value
    own = allowed(policies, (principal,))
    missing = lacking(own)
    evidence = (vault.uses_roles.evidence(), vault.access_policies.evidence())
    if not missing:
        said = f"its access policy has every permission but purge ({name})"
        return Pass(message=said, evidence=evidence, notes=_later(own))
    said = f"the access policy of {name} lacks {_listed(missing)}"
    if (group := _possible_group(view, vault, principal)) is not None:
        said += f", unless it is in {group}, which would have all: ARM does not tell whether that is a group"
        return Unknown(message=said, reason=Reason.NOT_IN_ARM, evidence=evidence)
    return Fail(message=said, evidence=evidence, remedy=_policy_remedy(own))


def _both(managed: Verdict, policy: Verdict, principal: str) -> Verdict:
    verdict = worst((managed, policy), own=Severity.MEDIUM)
    if isinstance(managed, Pass) and isinstance(policy, Pass):
        return united((managed, policy))
    if not isinstance(verdict, Fail):
        return verdict
    found = [assigning((MANAGES,))] if isinstance(managed, Fail) else []
    found += [policy.remedy] if isinstance(policy, Fail) and policy.remedy else []
    remedy = Remedy(
        summary=" ".join(each.summary for each in found),
        az=" && ".join(each.az for each in found if each.az),
    )
    fills = (("principal", principal), ("role0", MANAGES.role))
    return replace(verdict, remedy=remedy, fills=fills, fix=grants_of((managed,)))


def _policy_remedy(own: Allowed) -> Remedy:
    """What the entry has is kept: a list that is written replaces the one that is there."""
    wanted = {kind: own[kind] | {name.lower() for name in EVERY[kind]} for kind in lacking(own)}
    return Remedy(
        summary="Give the session identity an access policy with every permission but purge.",
        az=set_policy(wanted),
    )


def _possible_group(view: View, vault: Vault, principal: str) -> str | None:
    """Somebody whose entry has all that is lacking and who may be a group, as far as ARM tells."""
    policies = vault.access_policies.value
    for entry in policies:
        other = (entry.object_id.value or "").lower()
        serves = other != principal.lower() and not lacking(allowed(policies, (principal, other)))
        if serves and may_be_group(view.estate, other):
            return other
    return None


def _later(own: Allowed) -> tuple[str, ...]:
    missing = [name for kind in LATER for name in LATER[kind] if name not in own[kind]]
    return (f"key permissions that came later are not in it: {', '.join(missing)}",) if missing else ()


def _listed(missing: Mapping[Kind, tuple[str, ...]]) -> str:
    return "; ".join(
        f"{', '.join(names)} on {kind}" if len(names) < len(EVERY[kind]) else f"everything on {kind}"
        for kind, names in missing.items()
    )
