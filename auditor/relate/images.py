"""Whether a workspace runs images of its own making, as far as ARM tells."""

from __future__ import annotations

import re

from auditor.model.estate import Estate
from auditor.model.resources.compute import OnlineDeployment, OnlineEndpoint
from auditor.model.resources.workspace import Workspace

# A curated environment is kept in a registry of Azure Machine Learning, or copied under its reserved prefix.
_OWN = re.compile(r"/workspaces/[^/]+/environments/(?!azureml-)[^/]+", re.IGNORECASE)


def custom_environments(estate: Estate, workspace: Workspace) -> tuple[OnlineDeployment, ...]:
    """The workspace's deployments that run an environment of its own: its image is in the own registry.

    Raises Undecided where endpoints, deployments or what these name could not be read.
    """
    endpoints = estate.children(OnlineEndpoint, workspace.id)
    rows = (row for endpoint in endpoints for row in estate.children(OnlineDeployment, endpoint.id))
    return tuple(row for row in rows if _OWN.search(row.environment.value or ""))
