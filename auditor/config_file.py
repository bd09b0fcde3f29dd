"""`auditor.toml`: the `[scan]` table as raw values, and what the operator declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditor.errors import UsageError
from auditor.model.declared import (
    EGRESS_CHOICES,
    WORKLOAD_KINDS,
    DeclaredWorkload,
    DocumentLevelSecurity,
    FixTrust,
)
from auditor.toml_table import Table, describe, read_toml

DEFAULT_NAME: Final = "auditor.toml"

_MEMBER_KEYS: Final = ("openai", "search", "storage", "web_app", "workspace")
_WORKLOAD_KEYS: Final = tuple(DeclaredWorkload.__dataclass_fields__)
_FIX_KEYS: Final = tuple(FixTrust.__dataclass_fields__)
_SECURITY_KEYS: Final = tuple(DocumentLevelSecurity.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """One file, read and checked but for the values of `[scan]`, which the options table judges."""

    file: Path
    scan: Table
    """Keys in snake_case, whichever way the file spells them."""
    workloads: tuple[DeclaredWorkload, ...]
    fix: FixTrust


def load(file: Path) -> ConfigFile:
    """Read the file. Raises UsageError naming file, table and key for anything wrong in it."""
    top = Table(where=str(file), values=read_toml(file))
    top.refuse_unknown(("scan", "fix", "workload"))
    return ConfigFile(
        file=file,
        scan=_scan(file, top.values.get("scan", {})),
        workloads=_workloads(file, top.values.get("workload", [])),
        fix=_fix(Table.of(f"{file} [fix]", top.values.get("fix", {}), written="[fix]")),
    )


def _scan(file: Path, value: object) -> Table:
    table = Table.of(f"{file} [scan]", value, written="[scan]")
    keys: dict[str, object] = {}
    for key, found in table.values.items():
        name = key.replace("-", "_")
        if name in keys:
            raise table.error(name, "is given twice, with a hyphen and with an underscore", "Keep one.")
        keys[name] = found
    return Table(where=table.where, values=keys)


def _fix(table: Table) -> FixTrust:
    table.refuse_unknown(_FIX_KEYS)
    return FixTrust(
        subscriptions=table.guids("subscriptions"),
        vnets=table.arm_ids("vnets"),
        partner_tenants=table.guids("partner_tenants"),
    )


def _workloads(file: Path, value: object) -> tuple[DeclaredWorkload, ...]:
    if not isinstance(value, list):
        raise UsageError(
            f"{file} [workload]: must be a list, is {describe(value)}", "Write it as [[workload]]."
        )
    seen: dict[str, DeclaredWorkload] = {}
    for number, entry in enumerate(value, start=1):
        table = Table.of(f"{file} [[workload]] {number}", entry, written="[[workload]]")
        workload = _workload(table)
        if workload.name.lower() in seen:
            raise table.error(
                "name", f"{workload.name!r} is taken by an earlier workload", "Choose another name."
            )
        seen[workload.name.lower()] = workload
    return tuple(seen.values())


def _workload(table: Table) -> DeclaredWorkload:
    table.refuse_unknown(_WORKLOAD_KEYS)
    name = table.required_text("name")
    kind = table.chosen("kind", WORKLOAD_KINDS)
    if kind is None:
        raise table.error("kind", "is missing", f"Add one of {', '.join(WORKLOAD_KINDS)}.")
    members: Mapping[str, tuple[str, ...]] = {key: table.arm_ids(key) for key in _MEMBER_KEYS}
    if not any(members.values()):
        raise UsageError(
            f"{table.where}: {name!r} names no resource", f"Add at least one of {', '.join(_MEMBER_KEYS)}."
        )
    return DeclaredWorkload(
        name=name,
        kind=kind,
        **members,
        consumers=table.arm_ids("consumers"),
        developers=table.guids("developers"),
        prompt_flow_users=table.guids("prompt_flow_users"),
        document_level_security=_security(table),
        external_hosts=table.texts("external_hosts"),
        egress=table.chosen("egress", EGRESS_CHOICES),
        private_feed=table.flag("private_feed"),
    )


def _security(workload: Table) -> DocumentLevelSecurity | None:
    key = "document_level_security"
    if key not in workload.values:
        return None
    table = Table.of(
        f"{workload.where} {key}", workload.values[key], written=f'{key} = {{ index = "…", field = "…" }}'
    )
    table.refuse_unknown(_SECURITY_KEYS)
    return DocumentLevelSecurity(index=table.required_text("index"), field=table.required_text("field"))
