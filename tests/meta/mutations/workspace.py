"""Machine learning workspaces and what runs in them."""

from __future__ import annotations

ACCESS = "properties.publicNetworkAccess"
HUGGING_FACE = "azureml://registries/HuggingFace/models/tiny/versions/1"

MUTATIONS = ()
