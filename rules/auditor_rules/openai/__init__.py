"""Azure OpenAI and AI services accounts."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.openai.openai_public_network_access import openai_public_network_access

RULES: tuple[Rule[Any], ...] = (openai_public_network_access,)
