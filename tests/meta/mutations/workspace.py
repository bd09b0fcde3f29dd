"""Machine learning workspaces and what runs in them."""

from __future__ import annotations

from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.managed_network import FAILED_RULE
from tests.meta.mutations.changes import cut, drop, endpoint_gone, put, unconnected
from tests.meta.mutations.mutation import Mutation
from tests.rules.workspace.networks import MODE, PROJECT, RULES, STATUS, hub_and_project, rule

ACCESS = "properties.publicNetworkAccess"
DIRECTORY = f"{WORKSPACE}/datastores/workspaceworkingdirectory"

MUTATIONS = (
    Mutation(
        name="workspace-open",
        change=put(WORKSPACE, ACCESS, "Enabled"),
        flips="""
    fail workspace-public-network-access on actuarial-ml
    unknown network-ip-allow-lists on actuarial-ml
    not_applicable monitoring-private-telemetry on appi-actuarial-ml of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-access-unsaid",
        change=cut(WORKSPACE, ACCESS),
        flips="""
    fail workspace-public-network-access on actuarial-ml
    unknown network-ip-allow-lists on actuarial-ml
    not_applicable monitoring-private-telemetry on appi-actuarial-ml of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-without-private-endpoint",
        change=endpoint_gone(WORKSPACE, "pe-actuarial-workspace"),
        flips="""
    unknown workspace-private-endpoint on actuarial-ml
    not_applicable private-endpoint-common-network on actuarial-ml of stactuarialml
    no dns-records-match on pe-actuarial-workspace of api.azureml.ms, notebooks.azure.net
    no dns-zone-exists on actuarial-ml of pe-actuarial-workspace
    no dns-zone-group on pe-actuarial-workspace of api.azureml.ms, notebooks.azure.net
    no private-endpoint-broken-connection on actuarial-ml of pe-actuarial-workspace
    no private-endpoint-foreign-approval on actuarial-ml of pe-actuarial-workspace
    no private-endpoint-health on pe-actuarial-workspace of actuarial-ml
    no private-endpoint-pending on actuarial-ml of pe-actuarial-workspace
    no private-endpoint-unknown-requester on actuarial-ml of pe-actuarial-workspace
    """,
    ),
    Mutation(
        name="workspace-not-isolated",
        change=put(WORKSPACE, MODE, "Disabled"),
        flips="""
    fail workspace-deployment-egress on blue
    fail workspace-deployment-egress on blue
    fail workspace-managed-network-isolation on actuarial-ml
    not_applicable monitoring-private-telemetry on appi-actuarial-ml of actuarial-ml
    not_applicable role-managed-network-approver on actuarial-ml
    not_applicable workspace-curated-model-fqdns on actuarial-ml
    not_applicable workspace-fqdn-hygiene on actuarial-ml
    not_applicable workspace-managed-network-provisioned on actuarial-ml
    not_applicable workspace-outbound-private-endpoints on actuarial-ml
    not_applicable workspace-topology on actuarial-ml
    no role-managed-network-approver on oai-norrland-claims of actuarial-ml
    no role-managed-network-approver on srch-norrland-claims of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-internet-outbound",
        change=put(WORKSPACE, MODE, "AllowInternetOutbound"),
        flips="""
    not_applicable monitoring-private-telemetry on appi-actuarial-ml of actuarial-ml
    not_applicable workspace-curated-model-fqdns on actuarial-ml
    not_applicable workspace-fqdn-hygiene on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-network-not-provisioned",
        change=put(WORKSPACE, STATUS, "Inactive"),
        flips="""
    fail workspace-managed-network-provisioned on actuarial-ml
    unknown workspace-curated-model-fqdns on actuarial-ml
    unknown workspace-outbound-private-endpoints on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-legacy-mode",
        change=put(WORKSPACE, "properties.v1LegacyMode", True),
        flips="""
    fail workspace-legacy-switches on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-keeps-keys",
        change=put(WORKSPACE, "properties.systemDatastoresAuthMode", "AccessKey"),
        flips="""
    fail workspace-datastore-auth-mode on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-rule-failed",
        change=put(f"{RULES}/{FAILED_RULE}", "properties.status", "Failed"),
        flips="""
    fail workspace-outbound-private-endpoints on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-rule-to-search-gone",
        change=drop(f"{RULES}/claims-search"),
        flips="""
    fail private-endpoint-foreign-approval on e6cfaec3.8827cd62.61c71f3a of e6cfaec3.8827cd62
    fail workspace-outbound-private-endpoints on actuarial-ml
    no role-managed-network-approver on srch-norrland-claims of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-host-of-the-catalog-gone",
        change=drop(f"{RULES}/curated-0"),
        flips="""
    fail workspace-curated-model-fqdns on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-admits-every-host",
        change=rule("everything", destination="*.com"),
        flips="""
    fail workspace-fqdn-hygiene on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-without-any-connection",
        change=unconnected(WORKSPACE),
        flips="""
    fail private-endpoint-health on pe-actuarial-workspace of actuarial-ml
    fail workspace-private-endpoint on actuarial-ml
    not_applicable private-endpoint-common-network on actuarial-ml of stactuarialml
    no private-endpoint-broken-connection on actuarial-ml of e6cfaec3.05ee381d
    no private-endpoint-broken-connection on actuarial-ml of pe-actuarial-workspace
    no private-endpoint-foreign-approval on actuarial-ml of e6cfaec3.05ee381d
    no private-endpoint-foreign-approval on actuarial-ml of pe-actuarial-workspace
    no private-endpoint-pending on actuarial-ml of e6cfaec3.05ee381d
    no private-endpoint-pending on actuarial-ml of pe-actuarial-workspace
    no private-endpoint-unknown-requester on actuarial-ml of e6cfaec3.05ee381d
    no private-endpoint-unknown-requester on actuarial-ml of pe-actuarial-workspace
    """,
    ),
    Mutation(
        name="workspace-without-working-directory",
        change=put(DIRECTORY, "properties.datastoreType", "AzureBlob"),
        flips="""
    fail workspace-prompt-flow-datastores on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-project-open-below-a-closed-hub",
        change=put(PROJECT, ACCESS, "Enabled"),
        before=hub_and_project,
        flips="""
    fail workspace-hub-consistency on project-pricing
    """,
    ),
)
