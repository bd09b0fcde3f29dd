"""openai-custom-subdomain."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import CognitiveConnection
from auditor.rule import Fail, NotApplicable, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import AI_ACCOUNTS

SPEECH = "speechservices"


@rule(
    id="openai-custom-subdomain",
    title="Custom subdomain set",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=AI_ACCOUNTS,
    reads=(CognitiveConnection,),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Set a custom subdomain, a name that nobody else has taken. It cannot be undone and changes"
        " the host name of the endpoint, so clients have to be told.",
        az="az cognitiveservices account update --name {name} --resource-group {group}"
        " --subscription {subscription} --custom-domain {domain}",
    ),
    controls=controls(mcsb=("IM-1",)),
    sources=(
        Source(
            title="Custom subdomain names for Azure AI services",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains",
        ),
        Source(
            title="Configure Azure AI services virtual networks",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def openai_custom_subdomain(account: CognitiveAccount, view: View) -> Verdict:
    """The account answers under a host name of its own.

    Why
        On a regional endpoint Microsoft Entra tokens are refused, so only keys work, and a private endpoint
        has no name that clients could resolve to its address.
    Pass when
        `customSubDomainName` holds a name. Where the host of `endpoint` does not begin with it, a note says
        so.
    Fail when
        It is empty, null or absent, all of which mean the regional endpoint.
    Unknown when
        The account could not be read; or it is a Speech account without the name and its private endpoint
        connections could not be read.
    Not applicable when
        It is a Speech account without the name and without private endpoint connections, which needs none; or
        the account is being deleted.
    Evidence
        `properties.customSubDomainName` and `properties.endpoint` of `Microsoft.CognitiveServices/accounts`,
        api-version 2025-06-01; for Speech accounts also `kind` and the list of `privateEndpointConnections`.
    Remedy
        Set a custom subdomain. This cannot be undone and changes the host name of the endpoint.
    """
    subdomain = account.custom_subdomain
    if name := (subdomain.value or "").strip():
        evidence = (subdomain.evidence(), account.endpoint.evidence())
        return Pass(
            message=f"the custom subdomain is {name}", evidence=evidence, notes=_other_host(account, name)
        )
    kind = account.kind
    if (kind.value or "").casefold() == SPEECH and not view.estate.children(CognitiveConnection, account.id):
        said = "a Speech account without private endpoints works on the regional endpoint"
        return NotApplicable(
            message=said, reason=Reason.KIND, evidence=(kind.evidence(), subdomain.evidence())
        )
    return Fail(
        message="no custom subdomain is set: Microsoft Entra tokens are refused, and a private endpoint has"
        " no host name to be reached by",
        evidence=(subdomain.evidence(), account.endpoint.evidence()),
        fills=(("domain", _suggested(account.name)),),
    )


def _other_host(account: CognitiveAccount, name: str) -> tuple[str, ...]:
    """A note where the endpoint is under another name, which clients would then have to use."""
    endpoint = account.endpoint
    if endpoint.is_malformed or not endpoint.value:
        return ()
    host = _host(endpoint.value)
    if host.split(".")[0] == name.casefold():
        return ()
    return (f"the endpoint's host is {host or endpoint.value!r}, not under the custom subdomain",)


def _host(endpoint: str) -> str:
    """The host in lower case; empty where the text is no URL."""
    try:
        return (urlsplit(endpoint).hostname or "").casefold()
    except ValueError:
        return ""


def _suggested(account_name: str) -> str:
    """The account's name as a subdomain: letters, digits and hyphens only."""
    return re.sub(r"[^a-z0-9-]+", "-", account_name.lower()).strip("-")
