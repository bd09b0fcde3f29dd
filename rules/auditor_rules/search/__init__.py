"""Azure AI Search services."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.search.search_api_keys import search_api_keys
from auditor_rules.search.search_document_level_security import search_document_level_security
from auditor_rules.search.search_private_endpoint import search_private_endpoint
from auditor_rules.search.search_public_network_access import search_public_network_access
from auditor_rules.search.search_role_based_access import search_role_based_access
from auditor_rules.search.search_shared_private_links import search_shared_private_links
from auditor_rules.search.search_sku_private_endpoints import search_sku_private_endpoints
from auditor_rules.search.search_storage_reachability import search_storage_reachability
from auditor_rules.search.search_system_identity import search_system_identity
from auditor_rules.search.search_trusted_service_access import search_trusted_service_access

RULES: tuple[Rule[Any], ...] = (
    search_api_keys,
    search_document_level_security,
    search_private_endpoint,
    search_public_network_access,
    search_role_based_access,
    search_shared_private_links,
    search_sku_private_endpoints,
    search_storage_reachability,
    search_system_identity,
    search_trusted_service_access,
)
