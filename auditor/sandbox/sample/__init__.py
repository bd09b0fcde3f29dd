"""The tenant that ships with the product: Norrland Insurance, part right, part wrong on purpose.

``tenant.json`` beside this module is the printed form of ``build()``: ``python -m auditor.sandbox.sample``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from auditor.sandbox.sample import (
    agents,
    fraud_hub,
    learning_dependencies,
    learning_endpoints,
    machine_learning,
    on_your_data,
    private_app,
    shared_services,
)
from auditor.sandbox.sample.access import GROUPS, access_entries
from auditor.sandbox.sample.company import (
    AI_PROD,
    AUDITOR_PRINCIPAL,
    HUB,
    LEGACY,
    MANAGEMENT_GROUP,
    TENANT,
    ArmObject,
    guid,
    name_of,
)
from auditor.sandbox.sample.dns import dns_entries
from auditor.sandbox.sample.endpoints import endpoint_entries
from auditor.sandbox.sample.gateway import gateway_entries
from auditor.sandbox.sample.inner_objects import app_settings, search_objects
from auditor.sandbox.sample.managed_network import managed_network_entries, outbound_rules
from auditor.sandbox.sample.network import network_entries
from auditor.sandbox.sample.roles import role_entries

_ENDPOINTS = (
    *on_your_data.ENDPOINTS,
    *private_app.ENDPOINTS,
    *agents.ENDPOINTS,
    *machine_learning.ENDPOINTS,
    *learning_dependencies.ENDPOINTS,
    *fraud_hub.ENDPOINTS,
    *shared_services.ENDPOINTS,
)


def build() -> dict[str, Any]:
    """The tenant file, resources in the order of their lower-cased ids."""
    return {
        "format": 1,
        "tenant_id": TENANT,
        "principal": {
            "object_id": AUDITOR_PRINCIPAL,
            "client_id": guid("client", "sp-ai-auditor"),
            "client_secret": "sandbox-only",
        },
        "subscriptions": [
            _subscription(AI_PROD, "norrland-ai-prod"),
            _subscription(HUB, "norrland-hub"),
            _subscription(LEGACY, "norrland-legacy"),
        ],
        "management_groups": [
            {
                "name": name_of(MANAGEMENT_GROUP),
                "displayName": "Norrland platform",
                "subscriptions": [AI_PROD, HUB, LEGACY],
                "children": [],
            }
        ],
        "groups": GROUPS,
        "resources": sorted(_resources(), key=lambda resource: str(resource["id"]).lower()),
        "search_objects": search_objects(),
        "app_settings": app_settings(),
        "faults": [_legacy_refused()],
        "page_size": 100,
    }


def printed() -> str:
    """``build()`` as the text of ``tenant.json``."""
    return json.dumps(build(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _subscription(subscription: str, name: str) -> ArmObject:
    return {
        "subscriptionId": subscription,
        "displayName": name,
        "state": "Enabled",
        "tenantId": TENANT,
    }


def _legacy_refused() -> ArmObject:
    """The subscription itself can be seen; nothing in it can be read."""
    return {
        "path": f"^/subscriptions/{LEGACY}/",
        "status": 403,
        "code": "AuthorizationFailed",
        "message": None,
        "headers": {},
        "body": None,
        "times": None,
    }


def _resources() -> Iterator[ArmObject]:
    yield from network_entries(_ENDPOINTS)
    yield from gateway_entries()
    yield from dns_entries(_ENDPOINTS)
    for endpoint in _ENDPOINTS:
        yield from endpoint_entries(endpoint)
    yield from on_your_data.claims_entries()
    yield from on_your_data.hr_entries()
    yield from private_app.private_app_entries()
    yield from agents.agent_entries()
    yield from learning_dependencies.dependency_entries()
    yield from machine_learning.workspace_entries(outbound_rules())
    yield from managed_network_entries()
    yield from learning_endpoints.serving_entries()
    yield from fraud_hub.fraud_entries()
    yield from shared_services.shared_entries()
    yield from role_entries()
    yield from access_entries()
