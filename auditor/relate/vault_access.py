"""Access policies of key vaults: who may do what with keys, secrets and certificates.

A vault in the access-policy model asks these entries alone, never role assignments. An entry is for one user,
identity, application or group; that of a group serves its members, whom ARM does not tell.
Source: https://learn.microsoft.com/azure/key-vault/general/assign-access-policy
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from auditor.model.resources.key_vault import AccessPolicy
from auditor.model.wire import Fact

Kind = Literal["keys", "secrets", "certificates"]
Allowed = Mapping[Kind, frozenset[str]]

EVERYTHING = "all"
PURGE = "purge"
# Source: https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update (the enums there).
_KEYS = (
    "backup create decrypt delete encrypt get import list recover restore sign unwrapKey update verify"
    " wrapKey"
)
_SECRETS = "backup delete get list recover restore set"
_CERTIFICATES = (
    "backup create delete deleteissuers get getissuers import list listissuers managecontacts manageissuers"
    " recover restore setissuers update"
)
EVERY: Mapping[Kind, tuple[str, ...]] = {
    "keys": tuple(_KEYS.split()),
    "secrets": tuple(_SECRETS.split()),
    "certificates": tuple(_CERTIFICATES.split()),
}
"""Every permission but purge, without those that came later: entries made as "all" before lack them."""
LATER: Mapping[Kind, tuple[str, ...]] = {
    "keys": ("getrotationpolicy", "release", "rotate", "setrotationpolicy"),
    "secrets": (),
    "certificates": (),
}
NOTHING: Allowed = {"keys": frozenset(), "secrets": frozenset(), "certificates": frozenset()}


def allowed(policies: Iterable[AccessPolicy], principals: Collection[str]) -> Allowed:
    """What the entries of these object ids permit together, in lower case, `all` written out with purge.

    An entry that also names an application serves only when that application asks on somebody's behalf, so it
    does not count. Raises Undecided where an entry is malformed.
    """
    wanted = {principal.lower() for principal in principals}
    found = NOTHING
    for policy in policies:
        if not policy.application_id.value and (policy.object_id.value or "").lower() in wanted:
            found = {kind: found[kind] | _of(policy, kind) for kind in EVERY}
    return found


def lacking(found: Allowed) -> Mapping[Kind, tuple[str, ...]]:
    """What is missing of every permission but purge, by kind; a kind that lacks nothing is left out."""
    missing = {kind: tuple(each for each in EVERY[kind] if each.lower() not in found[kind]) for kind in EVERY}
    return {kind: names for kind, names in missing.items() if names}


def purgers(policies: Iterable[AccessPolicy]) -> dict[str, tuple[Fact[tuple[str, ...]], ...]]:
    """The object ids, in lower case, that may purge, with the lists that let them."""
    found: dict[str, tuple[Fact[tuple[str, ...]], ...]] = {}
    for policy in policies:
        lists = tuple(
            fact for fact in _lists(policy) if PURGE in _lowered(fact) or EVERYTHING in _lowered(fact)
        )
        principal = (policy.object_id.value or "").lower()
        if lists and principal:
            found[principal] = (*found.get(principal, ()), *lists)
    return found


def _of(policy: AccessPolicy, kind: Kind) -> frozenset[str]:
    fact = {"keys": policy.keys, "secrets": policy.secrets, "certificates": policy.certificates}[kind]
    found = _lowered(fact)
    if EVERYTHING not in found:
        return found
    return found | {each.lower() for each in (*EVERY[kind], *LATER[kind], PURGE)}


def _lists(policy: AccessPolicy) -> tuple[Fact[tuple[str, ...]], ...]:
    return policy.keys, policy.secrets, policy.certificates, policy.storage


def _lowered(fact: Fact[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(each.lower() for each in fact.value)
