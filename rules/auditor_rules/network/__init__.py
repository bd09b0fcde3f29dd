"""How the workload's network is laid out, and who comes into it."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.network.network_client_path import network_client_path
from auditor_rules.network.network_container_apps_environment import network_container_apps_environment
from auditor_rules.network.network_ip_allow_lists import network_ip_allow_lists
from auditor_rules.network.network_public_front_end import network_public_front_end
from auditor_rules.network.network_subnet_layout import network_subnet_layout
from auditor_rules.network.network_web_app_integration import network_web_app_integration

RULES: tuple[Rule[Any], ...] = (
    network_client_path,
    network_container_apps_environment,
    network_ip_allow_lists,
    network_public_front_end,
    network_subnet_layout,
    network_web_app_integration,
)
