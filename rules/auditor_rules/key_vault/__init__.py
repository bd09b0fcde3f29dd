"""Key vaults that workspaces link."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.key_vault.key_vault_authorization import key_vault_authorization
from auditor_rules.key_vault.key_vault_isolation import key_vault_isolation

RULES: tuple[Rule[Any], ...] = (key_vault_authorization, key_vault_isolation)
