"""Rules about what Azure is about to take away, or has taken away already."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.lifecycle.lifecycle_model_retirement import lifecycle_model_retirement
from auditor_rules.lifecycle.lifecycle_retired_features import lifecycle_retired_features

RULES: tuple[Rule[Any], ...] = (lifecycle_model_retirement, lifecycle_retired_features)
