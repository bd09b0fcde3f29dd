"""Grants between identities and resources."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.role.role_app_calls_openai import role_app_calls_openai
from auditor_rules.role.role_openai_manages_search import role_openai_manages_search
from auditor_rules.role.role_openai_reads_search_index import role_openai_reads_search_index
from auditor_rules.role.role_openai_writes_blobs import role_openai_writes_blobs
from auditor_rules.role.role_over_privileged_identity import role_over_privileged_identity
from auditor_rules.role.role_search_calls_openai import role_search_calls_openai
from auditor_rules.role.role_search_reads_blobs import role_search_reads_blobs
from auditor_rules.role.role_workspace_file_data import role_workspace_file_data

RULES: tuple[Rule[Any], ...] = (
    role_app_calls_openai,
    role_openai_manages_search,
    role_openai_reads_search_index,
    role_openai_writes_blobs,
    role_over_privileged_identity,
    role_search_calls_openai,
    role_search_reads_blobs,
    role_workspace_file_data,
)
