"""Container registries that workspaces and container apps use."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.registry.registry_admin_access import registry_admin_access
from auditor_rules.registry.registry_isolation import registry_isolation

RULES: tuple[Rule[Any], ...] = (registry_admin_access, registry_isolation)
