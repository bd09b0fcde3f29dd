"""Grants between identities and resources."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.role.role_app_calls_openai import role_app_calls_openai
from auditor_rules.role.role_developer_assigns_roles import role_developer_assigns_roles
from auditor_rules.role.role_developer_openai_data import role_developer_openai_data
from auditor_rules.role.role_developer_openai_keys import role_developer_openai_keys
from auditor_rules.role.role_developer_search import role_developer_search
from auditor_rules.role.role_developer_storage import role_developer_storage
from auditor_rules.role.role_developer_web_app import role_developer_web_app
from auditor_rules.role.role_job_submitter_assigns_identity import role_job_submitter_assigns_identity
from auditor_rules.role.role_managed_network_approver import role_managed_network_approver
from auditor_rules.role.role_openai_manages_search import role_openai_manages_search
from auditor_rules.role.role_openai_reads_search_index import role_openai_reads_search_index
from auditor_rules.role.role_openai_writes_blobs import role_openai_writes_blobs
from auditor_rules.role.role_orphaned_assignment import role_orphaned_assignment
from auditor_rules.role.role_over_privileged_identity import role_over_privileged_identity
from auditor_rules.role.role_prompt_flow_user import role_prompt_flow_user
from auditor_rules.role.role_search_calls_openai import role_search_calls_openai
from auditor_rules.role.role_search_reads_blobs import role_search_reads_blobs
from auditor_rules.role.role_session_identity_app_insights import role_session_identity_app_insights
from auditor_rules.role.role_session_identity_key_vault import role_session_identity_key_vault
from auditor_rules.role.role_session_identity_registry import role_session_identity_registry
from auditor_rules.role.role_session_identity_storage import role_session_identity_storage
from auditor_rules.role.role_session_identity_workspace import role_session_identity_workspace
from auditor_rules.role.role_session_image_pull import role_session_image_pull
from auditor_rules.role.role_session_private_feed import role_session_private_feed
from auditor_rules.role.role_workspace_file_data import role_workspace_file_data
from auditor_rules.role.role_workspace_reads_storage_endpoints import role_workspace_reads_storage_endpoints

RULES: tuple[Rule[Any], ...] = (
    role_app_calls_openai,
    role_developer_assigns_roles,
    role_developer_openai_data,
    role_developer_openai_keys,
    role_developer_search,
    role_developer_storage,
    role_developer_web_app,
    role_job_submitter_assigns_identity,
    role_managed_network_approver,
    role_openai_manages_search,
    role_openai_reads_search_index,
    role_openai_writes_blobs,
    role_orphaned_assignment,
    role_over_privileged_identity,
    role_prompt_flow_user,
    role_search_calls_openai,
    role_search_reads_blobs,
    role_session_identity_app_insights,
    role_session_identity_key_vault,
    role_session_identity_registry,
    role_session_identity_storage,
    role_session_identity_workspace,
    role_session_image_pull,
    role_session_private_feed,
    role_workspace_file_data,
    role_workspace_reads_storage_endpoints,
)
