"""Rules about Microsoft Defender for Cloud."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.defender.defender_ai_plan import defender_ai_plan

RULES: tuple[Rule[Any], ...] = (defender_ai_plan,)
