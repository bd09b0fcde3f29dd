"""Grants between identities and resources."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.role.role_openai_reads_search_index import role_openai_reads_search_index

RULES: tuple[Rule[Any], ...] = (role_openai_reads_search_index,)
