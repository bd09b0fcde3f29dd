"""Identity and firewall of a resource: one member is sent, as it was read but for what changes.

The members go out as JSON, not as models: the typed models of search and of AI accounts drop what they do not
know (measured on azure-mgmt-search 9.2 and -cognitiveservices 14.1), and a half-sent member loses its rest.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.collect import cognitive, search, storage
from auditor.collect.arm import Reader
from auditor.fix.change import Wanted
from auditor.fix.guided.comparing import unmet, words_of
from auditor.fix.guided.reading import read_object
from auditor.fix.guided.refusals import CannotApply
from auditor.fix.guided.step import Step
from auditor.model.fix import FixKind
from auditor.model.ids import ArmId

_TRUSTED = "AzureServices"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """`firewall` is the property that holds the bypass; None where it takes one word instead of a list."""

    arm_type: str
    api_version: str
    firewall: str
    takes_list: bool = False
    has_identity: bool = True


_SERVICES: Mapping[str, _Service] = {
    service.arm_type.lower(): service
    for service in (
        _Service(
            arm_type="Microsoft.CognitiveServices/accounts",
            api_version=cognitive.API_VERSION,
            firewall="networkAcls",
        ),
        _Service(
            arm_type="Microsoft.Search/searchServices",
            api_version=search.API_VERSION,
            firewall="networkRuleSet",
        ),
        _Service(
            arm_type="Microsoft.Storage/storageAccounts",
            api_version=storage.API_VERSION,
            firewall="networkAcls",
            takes_list=True,
            has_identity=False,
        ),
    )
}


async def identity_step(reader: Reader, resource: str) -> Step:
    """Raises ReadFailed, and CannotApply where the resource is not there or of another type."""
    service, before = await _service_of(reader, resource)
    if not service.has_identity:
        raise CannotApply(f"{service.arm_type} is not a type whose identity can be enabled here")
    held: Mapping[str, Any] = before.get("identity") or {}
    users = held.get("userAssignedIdentities") or {}
    kind = "SystemAssigned, UserAssigned" if users else "SystemAssigned"
    identity = {"type": kind, **({"userAssignedIdentities": {name: {} for name in users}} if users else {})}
    back = {"type": str(held.get("type") or "None"), **{k: v for k, v in identity.items() if k != "type"}}
    return _step(
        service,
        resource,
        before,
        kind=FixKind.ENABLE_SYSTEM_IDENTITY,
        said=f"enable the system-assigned identity of {ArmId.parse(resource).name}",
        held=f"identity {held.get('type') or 'None'}",
        wish=f"identity {kind}",
        body={"identity": identity},
        back={"identity": back},
        wanted=(
            Wanted(path="identity.type", match="words", value=kind),
            Wanted(path="identity.principalId", match="present"),
        ),
        may_change=("identity.type", "identity.principalId", "identity.tenantId"),
    )


async def bypass_step(reader: Reader, resource: str) -> Step:
    """Raises ReadFailed, and CannotApply where there is no firewall whose bypass could be widened."""
    service, before = await _service_of(reader, resource)
    firewall = (before.get("properties") or {}).get(service.firewall)
    if not isinstance(firewall, dict):
        # A first firewall needs a default action, and that one could lock people out.
        raise CannotApply(f"{resource} has no {service.firewall} yet, and a first one is yours to make")
    held = str(firewall.get("bypass") or "None")
    kept = [word.strip() for word in held.split(",") if word.strip().lower() not in ("none", "")]
    is_there = _TRUSTED.lower() in words_of(held)
    bypass = ", ".join(kept if is_there else (*kept, _TRUSTED)) if service.takes_list else _TRUSTED
    path = f"properties.{service.firewall}.bypass"
    return _step(
        service,
        resource,
        before,
        kind=FixKind.ALLOW_TRUSTED_SERVICES,
        said=f"let trusted Azure services through the firewall of {ArmId.parse(resource).name}",
        held=f"{service.firewall}.bypass {held}",
        wish=f"{service.firewall}.bypass {bypass}",
        body={"properties": {service.firewall: {**firewall, "bypass": bypass}}},
        back={"properties": {service.firewall: firewall}},
        wanted=(Wanted(path=path, match="words", value=bypass),),
        may_change=(path,),
    )


async def _service_of(reader: Reader, resource: str) -> tuple[_Service, dict[str, Any]]:
    arm_type = ArmId.parse(resource).resource_type or ""
    service = _SERVICES.get(arm_type.lower())
    if service is None:
        raise CannotApply(f"{arm_type or resource} is not a type that this can be done to")
    found = await read_object(reader, resource, service.api_version)
    if found is None:
        raise CannotApply(f"{resource} is not there")
    return service, found


def _step(
    service: _Service,
    resource: str,
    before: Mapping[str, Any],
    *,
    kind: FixKind,
    said: str,
    held: str,
    wish: str,
    body: Mapping[str, Any],
    back: Mapping[str, Any],
    wanted: tuple[Wanted, ...],
    may_change: tuple[str, ...],
) -> Step:
    undo = shlex.quote(json.dumps(back, ensure_ascii=False))
    return Step(
        kind=kind,
        target=resource,
        object_id=resource,
        api_version=service.api_version,
        said=said,
        held=held,
        wish=wish,
        before=before,
        wanted=wanted,
        may_change=may_change,
        method="PATCH",
        path=resource,
        body=body,
        action=f"{service.arm_type}/write",
        is_due=bool(unmet(wanted, before)),
        revert=f"az rest --method patch --url {shlex.quote(f'{resource}?api-version={service.api_version}')}"
        f" --body {undo}",
    )
