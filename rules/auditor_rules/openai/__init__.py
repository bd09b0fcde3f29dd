"""Azure OpenAI and AI services accounts."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.openai.openai_custom_subdomain import openai_custom_subdomain
from auditor_rules.openai.openai_firewall_default_action import openai_firewall_default_action
from auditor_rules.openai.openai_local_auth import openai_local_auth
from auditor_rules.openai.openai_outbound_restriction import openai_outbound_restriction
from auditor_rules.openai.openai_private_endpoint import openai_private_endpoint
from auditor_rules.openai.openai_public_network_access import openai_public_network_access
from auditor_rules.openai.openai_system_identity import openai_system_identity
from auditor_rules.openai.openai_trusted_service_access import openai_trusted_service_access

RULES: tuple[Rule[Any], ...] = (
    openai_custom_subdomain,
    openai_firewall_default_action,
    openai_local_auth,
    openai_outbound_restriction,
    openai_private_endpoint,
    openai_public_network_access,
    openai_system_identity,
    openai_trusted_service_access,
)
