"""Two tenants made of the real payloads, served by the sandbox: the recordings, and the official examples.

Each recording is a life of its own, and its names return in others (`test000002`), so each gets a
subscription of its own: only the segment behind `/subscriptions/` is rewritten. The examples of one provider
and api-version belong together in the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from auditor.collect import PACK
from auditor.model.ids import ArmId, MalformedId, same_text
from auditor.sandbox import Tenant
from tests.real.payloads import REAL_ARM, Payload, derived_type, payloads

Kind = Literal["recordings", "examples"]

TENANT_ID = "11111111-2222-4333-8444-555555555555"
ROLE_DEFINITIONS = "Microsoft.Authorization/roleDefinitions"
_SUBSCRIPTION = re.compile(r"(/subscriptions/)([^/\"\\]+)", re.IGNORECASE)
_READ = {of.ARM_TYPE.lower() for source in PACK.sources for of in source.records}
# A subnet comes inside its network's answer.
_EMBEDDED = {of.record.ARM_TYPE.lower() for source in PACK.sources for of in source.embeds}


def tenant_of(kind: Kind) -> dict[str, Any]:
    """The latest state of every resource of a type that is read, as a tenant file."""
    latest = _latest(kind)
    resources = [*latest.values(), *_parents(latest), *_built_in_roles()]
    named = {ArmId.parse(found["id"]).subscription_id for found in resources}
    return {
        "format": 1,
        "tenant_id": TENANT_ID,
        "principal": {
            "object_id": "11111111-2222-4333-8444-666666666666",
            "client_id": "11111111-2222-4333-8444-777777777777",
            "client_secret": "not-a-secret",
        },
        "subscriptions": [
            {"subscriptionId": guid, "displayName": guid, "state": "Enabled", "tenantId": TENANT_ID}
            for guid in sorted(guid for guid in named if guid)
        ],
        "resources": resources,
    }


def served(kind: Kind) -> Tenant:
    return Tenant.from_json(tenant_of(kind))


def _latest(kind: Kind) -> dict[ArmId, dict[str, Any]]:
    """By id. What was answered by itself wins over what stood inside something else, and late over early."""
    latest: dict[ArmId, dict[str, Any]] = {}
    alone = set[ArmId]()
    for payload in payloads():
        if payload.is_live != (kind == "recordings") or not _is_served(payload):
            continue
        body = _moved(payload)
        key = ArmId.parse(body["id"])
        if payload.holder is None:
            alone.add(key)
        elif key in alone:
            continue
        latest[key] = body
    return latest


def _parents(latest: Mapping[ArmId, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """For each parent that only its children tell of, another real one of its type under that name."""
    missing = {
        rid.parent
        for rid in latest
        if rid.parent is not None and rid.parent not in latest and _type_of(rid.parent) in _READ
    }
    for rid in sorted(missing):
        same_type = [found for found in latest if _type_of(found) == _type_of(rid)]
        near = [found for found in same_type if found.subscription == rid.subscription]
        for template in (*near, *same_type)[:1]:
            yield {**latest[template], "id": rid.text, "name": rid.name}


def _type_of(rid: ArmId) -> str:
    return (rid.resource_type or "").lower()


def _is_served(payload: Payload) -> bool:
    try:
        rid = ArmId.parse(payload.id)
    except MalformedId:
        return False
    read = derived_type(payload.id).lower() in _READ - _EMBEDDED
    return read and (rid.subscription_id is not None) and not _is_built_in(payload)


def _is_built_in(payload: Payload) -> bool:
    stated = payload.body.get("properties") or {}
    return payload.type.lower() == ROLE_DEFINITIONS.lower() and stated.get("type") == "BuiltInRole"


def _moved(payload: Payload) -> dict[str, Any]:
    origin = PurePosixPath(payload.origin)
    life = origin.as_posix() if payload.is_live else "/".join(origin.parts[:3])

    def elsewhere(found: re.Match[str]) -> str:
        return f"{found[1]}{uuid5(NAMESPACE_URL, f'{life}/{found[2].lower()}')}"

    body: dict[str, Any] = json.loads(_SUBSCRIPTION.sub(elsewhere, json.dumps(payload.body)))
    if not same_text(str(body.get("type")), derived := derived_type(body["id"])):
        body["type"] = derived
    body["name"] = body.get("name") or ArmId.parse(body["id"]).name
    return body


def _built_in_roles() -> Iterator[dict[str, Any]]:
    for role in json.loads((REAL_ARM / "roles" / "builtin-roles.json").read_text("utf-8")):
        yield {
            "id": f"/providers/{ROLE_DEFINITIONS}/{role['name']}",
            "name": role["name"],
            "type": ROLE_DEFINITIONS,
            "properties": {
                "roleName": role["roleName"],
                "type": role["roleType"],
                "assignableScopes": role["assignableScopes"],
                "permissions": role["permissions"],
            },
        }
