"""Azure Machine Learning workspaces, hubs and projects."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.workspace.workspace_compute_exposure import workspace_compute_exposure
from auditor_rules.workspace.workspace_compute_idle_shutdown import workspace_compute_idle_shutdown
from auditor_rules.workspace.workspace_curated_model_fqdns import workspace_curated_model_fqdns
from auditor_rules.workspace.workspace_datastore_auth_mode import workspace_datastore_auth_mode
from auditor_rules.workspace.workspace_deployment_egress import workspace_deployment_egress
from auditor_rules.workspace.workspace_fqdn_hygiene import workspace_fqdn_hygiene
from auditor_rules.workspace.workspace_hub_consistency import workspace_hub_consistency
from auditor_rules.workspace.workspace_hugging_face_fqdns import workspace_hugging_face_fqdns
from auditor_rules.workspace.workspace_image_build import workspace_image_build
from auditor_rules.workspace.workspace_key_authentication import workspace_key_authentication
from auditor_rules.workspace.workspace_kubernetes_inference import workspace_kubernetes_inference
from auditor_rules.workspace.workspace_legacy_switches import workspace_legacy_switches
from auditor_rules.workspace.workspace_managed_network_isolation import workspace_managed_network_isolation
from auditor_rules.workspace.workspace_managed_network_provisioned import (
    workspace_managed_network_provisioned,
)
from auditor_rules.workspace.workspace_online_endpoint_ingress import workspace_online_endpoint_ingress
from auditor_rules.workspace.workspace_outbound_private_endpoints import workspace_outbound_private_endpoints
from auditor_rules.workspace.workspace_own_vnet_egress import workspace_own_vnet_egress
from auditor_rules.workspace.workspace_private_endpoint import workspace_private_endpoint
from auditor_rules.workspace.workspace_prompt_flow_datastores import workspace_prompt_flow_datastores
from auditor_rules.workspace.workspace_public_network_access import workspace_public_network_access
from auditor_rules.workspace.workspace_topology import workspace_topology

RULES: tuple[Rule[Any], ...] = (
    workspace_compute_exposure,
    workspace_compute_idle_shutdown,
    workspace_curated_model_fqdns,
    workspace_datastore_auth_mode,
    workspace_deployment_egress,
    workspace_fqdn_hygiene,
    workspace_hub_consistency,
    workspace_hugging_face_fqdns,
    workspace_image_build,
    workspace_key_authentication,
    workspace_kubernetes_inference,
    workspace_legacy_switches,
    workspace_managed_network_isolation,
    workspace_managed_network_provisioned,
    workspace_online_endpoint_ingress,
    workspace_outbound_private_endpoints,
    workspace_own_vnet_egress,
    workspace_private_endpoint,
    workspace_prompt_flow_datastores,
    workspace_public_network_access,
    workspace_topology,
)
