"""Azure AI Search services."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule

RULES: tuple[Rule[Any], ...] = ()
