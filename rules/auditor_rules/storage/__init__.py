"""Storage accounts of AI workloads."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.storage.storage_account_hygiene import storage_account_hygiene
from auditor_rules.storage.storage_firewall_default_action import storage_firewall_default_action
from auditor_rules.storage.storage_private_endpoints import storage_private_endpoints
from auditor_rules.storage.storage_public_network_access import storage_public_network_access
from auditor_rules.storage.storage_shared_key_access import storage_shared_key_access
from auditor_rules.storage.storage_trusted_service_access import storage_trusted_service_access

RULES: tuple[Rule[Any], ...] = (
    storage_account_hygiene,
    storage_firewall_default_action,
    storage_private_endpoints,
    storage_public_network_access,
    storage_shared_key_access,
    storage_trusted_service_access,
)
