"""Rules about Foundry accounts: where agents run, what they may reach and how they sign in there."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.foundry.foundry_agent_network_injection import foundry_agent_network_injection
from auditor_rules.foundry.foundry_connection_auth import foundry_connection_auth
from auditor_rules.foundry.foundry_managed_network import foundry_managed_network

RULES: tuple[Rule[Any], ...] = (
    foundry_agent_network_injection,
    foundry_connection_auth,
    foundry_managed_network,
)
