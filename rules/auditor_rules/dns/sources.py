"""The documentation that the DNS rules rest on."""

from __future__ import annotations

from auditor.rule import Source

ENDPOINT_DNS = Source(
    title="Azure private endpoint private DNS zone values",
    url="https://learn.microsoft.com/azure/private-link/private-endpoint-dns",
)
FOUNDRY_AGENTS = Source(
    title="Set up private networking for Foundry Agent Service",
    url="https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks",
)
WORKSPACE_LINK = Source(
    title="Configure a private endpoint for an Azure Machine Learning workspace",
    url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
)
ON_YOUR_DATA = Source(
    title="Use Azure OpenAI On Your Data securely",
    url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
)
AI_NETWORKS = Source(
    title="Configure Azure AI services virtual networks",
    url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
)
WEB_NETWORKS = Source(
    title="Integrate your app with an Azure virtual network",
    url="https://learn.microsoft.com/azure/app-service/overview-vnet-integration",
)
FALLBACK = Source(
    title="Fallback to internet for Azure Private DNS zones",
    url="https://learn.microsoft.com/azure/dns/private-dns-fallback",
)
PROFILES = ("private-openai", "on-your-data", "prompt-flow", "foundry")
