"""The Azure CLI command that writes an access policy, for the remedies of rules about vaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.relate.vault_access import EVERY, LATER, PURGE, Kind

_OPTION: Mapping[Kind, str] = {
    "keys": "--key-permissions",
    "secrets": "--secret-permissions",
    "certificates": "--certificate-permissions",
}


def set_policy(permissions: Mapping[Kind, Iterable[str]]) -> str:
    """`az keyvault set-policy` for `{principal}` with these lists; kinds that are not given stay as they are.

    A list replaces the entry's own, so it must hold what the entry is to keep. Names that are no permission
    are left out: they are a tenant's text.
    """
    lists = (f"{_OPTION[kind]} {_known(kind, names)}" for kind, names in permissions.items())
    return (
        "az keyvault set-policy --name {name} --resource-group {group} --subscription {subscription}"
        f" --object-id {{principal}} {' '.join(lists)}"
    )


def _known(kind: Kind, names: Iterable[str]) -> str:
    wanted = {name.lower() for name in names}
    return " ".join(name for name in sorted((*EVERY[kind], *LATER[kind], PURGE)) if name.lower() in wanted)
