"""The hosts and service tags that documented uses of a workspace need: data, with source and date each.

The lists drift: collections of models and the networks that deliver them change faster than pages do. This is
the one place that names these hosts.
"""

from __future__ import annotations

from dataclasses import dataclass

CATALOG = "https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-model-catalog"
MANAGED_NETWORK = "https://learn.microsoft.com/azure/machine-learning/how-to-managed-network"
HUB_METADATA = "https://huggingface.co/.well-known/meta.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostList:
    """Hosts that one use needs. `as_of` is the year or month of the text that the list was taken from."""

    name: str
    hosts: tuple[str, ...]
    source: str
    as_of: str


CURATED = HostList(
    name="language models in the collection curated by Azure AI (now: sold directly by Azure)",
    hosts=(
        "*.anaconda.org",
        "*.anaconda.com",
        "anaconda.com",
        "pypi.org",
        "*.pythonhosted.org",
        "*.pytorch.org",
        "pytorch.org",
    ),
    source=CATALOG,
    as_of="2025",
)
# The file host of the Python index is not among them unless the index is overridden.
PYTHON_PACKAGES = HostList(
    name="public Python packages",
    hosts=(
        "*.anaconda.org",
        "*.anaconda.com",
        "anaconda.com",
        "pypi.org",
        "*.pytorch.org",
        "pytorch.org",
        "*.tensorflow.org",
    ),
    source=MANAGED_NETWORK,
    as_of="2025-05",
)
R_PACKAGES = HostList(
    name="public R packages", hosts=("cloud.r-project.org",), source=MANAGED_NETWORK, as_of="2025-05"
)
HUGGING_FACE = HostList(
    name="the Hugging Face collection",
    hosts=(
        "docker.io",
        "huggingface.co",
        "production.cloudflare.docker.com",
        "cdn-lfs.huggingface.co",
        "cdn.auth0.com",
    ),
    source=CATALOG,
    as_of="2025",
)
# The other page of Microsoft: it leaves out the hub itself.
HUGGING_FACE_MANAGED_NETWORK = HostList(
    name="the Hugging Face collection, by the page on managed networks",
    hosts=(
        "docker.io",
        "*.docker.io",
        "*.docker.com",
        "production.cloudflare.docker.com",
        "cdn.auth0.com",
        "cdn-lfs.huggingface.co",
    ),
    source=MANAGED_NETWORK,
    as_of="2025-05",
)
# What Hugging Face itself says that it serves from.
HUGGING_FACE_TODAY = HostList(
    name="the hosts that Hugging Face names itself",
    hosts=(
        "huggingface.co",
        "hf.co",
        "cdn-lfs.hf.co",
        "cdn-lfs-us-1.hf.co",
        "cdn-lfs-eu-1.hf.co",
        "transfer.xethub.hf.co",
        "transfer.xethub-eu.hf.co",
        "*.cdn.hf.co",
    ),
    source=HUB_METADATA,
    as_of="2026",
)
VS_CODE = HostList(
    name="Visual Studio Code",
    hosts=(
        "*.vscode.dev",
        "*.vscode-unpkg.net",
        "*.vscode-cdn.net",
        "*.vscodeexperiments.azureedge.net",
        "default.exp-tas.com",
        "code.visualstudio.com",
        "update.code.visualstudio.com",
        "*.vo.msecnd.net",
        "marketplace.visualstudio.com",
        "vscode.blob.core.windows.net",
        "*.gallerycdn.vsassets.io",
        "vscode.download.prss.microsoft.com",
    ),
    source=MANAGED_NETWORK,
    as_of="2025-05",
)

DOCUMENTED: tuple[HostList, ...] = (
    CURATED,
    PYTHON_PACKAGES,
    R_PACKAGES,
    HUGGING_FACE,
    HUGGING_FACE_MANAGED_NETWORK,
    HUGGING_FACE_TODAY,
    VS_CODE,
)

# The tag behind which the images lie that curated models are deployed with. A rule may add a region to it.
IMAGE_TAG = "MicrosoftContainerRegistry"
# What batch endpoints and ParallelRunStep need of the default storage account. Source: MANAGED_NETWORK.
BATCH_GROUPS = ("queue", "table")
