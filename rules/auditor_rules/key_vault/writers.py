"""Who can change a vault's access policies, and so give themselves its secrets, without administering it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Undecided
from auditor.model.resources.access import RoleAssignment
from auditor.model.resources.key_vault import Vault
from auditor.relate.owners import known
from auditor.relate.permissions import Conditional, Held, Requirement, effective
from auditor.relate.scopes import holds_on
from auditor.relate.vault_access import allowed, lacking

_WRITES = Requirement(actions=("Microsoft.KeyVault/vaults/write",))
_ADMINISTERS = Requirement(actions=("Microsoft.Authorization/roleAssignments/write",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """A principal that may write the vault, by `assignments`. `kind` is User, Group and so on."""

    principal: str
    kind: str
    assignments: tuple[RoleAssignment, ...]

    @property
    def said(self) -> str:
        return f"{self.kind} {self.principal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """Those found, and the first doubt of one that could not be judged."""

    found: tuple[Writer, ...]
    doubt: Undecided | None


def writers_of(estate: Estate, vault: Vault) -> Writers:
    """Who may write the vault but not assign roles on it, and holds no full access-policy entry already.

    A group counts as itself. Raises NotRead where the role assignments were not read, Undecided where the
    access policies are malformed.
    """
    found: list[Writer] = []
    doubts: list[Undecided] = []
    for principal, kind in _principals(estate, vault):
        if not lacking(allowed(vault.access_policies.value, (principal,))):
            continue
        try:
            writer = _writer(estate, vault, principal, kind)
        except Undecided as undecided:
            doubts.append(undecided)
        else:
            found += [writer] if writer else []
    return Writers(found=tuple(found), doubt=doubts[0] if doubts else None)


def _writer(estate: Estate, vault: Vault, principal: str, kind: str) -> Writer | None:
    """A grant under a condition is none here: what conditions can say does not reach writing a vault."""
    grant = effective(estate, principal, vault.id, _WRITES, direct_only=True)
    if not isinstance(grant, Held):
        return None
    if isinstance(effective(estate, principal, vault.id, _ADMINISTERS, direct_only=True), Held | Conditional):
        return None
    return Writer(principal=principal, kind=kind, assignments=grant.assignments)


def _principals(estate: Estate, vault: Vault) -> Iterator[tuple[str, str]]:
    """Everybody who holds any role on the vault or above it, by object id, each once."""
    rows = estate.children(RoleAssignment, vault.id.subscription) if vault.id.subscription else ()
    found: dict[str, str] = {}
    for row in rows:
        at, principal, kind = known(row.assigned_at), known(row.principal_id), known(row.principal_type)
        if at is not None and principal and holds_on(at, vault.id):
            found.setdefault(principal.lower(), kind or "principal")
    yield from sorted(found.items())
