"""Machine learning workspaces and what runs in them."""

from __future__ import annotations

from auditor.sandbox.sample.company import HR, child, within
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.managed_network import FAILED_RULE
from tests.meta.mutations.changes import cut, drop, endpoint_gone, every, put, twin
from tests.meta.mutations.mutation import Mutation
from tests.rules.workspace.networks import HUB, MODE, PROJECT, RULES, STATUS, deployed, hub_and_project, rule
from tests.rules.workspace.runners import CLUSTER, ENDPOINT, INSTANCE, attached, added

ACCESS = "properties.publicNetworkAccess"
HUGGING_FACE = "azureml://registries/HuggingFace/models/tiny/versions/1"

MUTATIONS = ()
