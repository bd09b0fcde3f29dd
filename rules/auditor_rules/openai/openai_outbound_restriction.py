"""openai-outbound-restriction."""

from __future__ import annotations

import json
from collections.abc import Iterable

from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.hosts import why_broad
from auditor_rules.openai.agents import hosts_agents
from auditor_rules.subjects import AI_ACCOUNTS

# The kinds that honour the setting, in lower case, as ARM names them.
KINDS = frozenset(
    {
        "openai",
        "aiservices",
        "computervision",
        "contentmoderator",
        "customvision.training",
        "customvision.prediction",
        "face",
        "formrecognizer",
        "speechservices",
        "qnamaker",
        "qnamaker.v2",
    }
)
MOST_HOSTS = 1000
MOST_NAMED = 5
PATCH = "az rest --method patch --url {id}'?api-version=2025-06-01' --body {body}"
SHORTEN = Remedy(
    summary=f"Cut the list to the hosts that are needed, {MOST_HOSTS} at most.",
    az=None,
    url="https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention",
)
REPLACE = Remedy(
    summary="Replace the broad hosts with the exact ones that are needed. The command keeps the others and"
    " drops the broad ones: add what must stay reachable first.",
    az=PATCH,
)


@rule(
    id="openai-outbound-restriction",
    title="Outbound access restricted",
    severity=Severity.LOW,
    rule_class="exposure",
    subjects=AI_ACCOUNTS,
    profiles=("private-openai", "on-your-data", "foundry"),
    remedy=Remedy(
        summary="Restrict outbound access to the hosts that the account needs, such as its storage account."
        " The command keeps the hosts that are on the list, except broad ones, and admits no others.",
        az=PATCH,
    ),
    controls=controls(mcsb=("DP-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Configure data loss prevention for Azure AI services",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention",
        ),
    ),
)
def openai_outbound_restriction(account: CognitiveAccount, view: View) -> Verdict:
    """The account itself calls only hosts on its list.

    Why
        The service fetches what a request names, images and documents among them. Unrestricted, whoever may
        send requests can make it call any host, which is a way for data out of a network that is closed.
    Pass when
        `restrictOutboundNetworkAccess` is true, `allowedFqdnList` holds at most 1000 entries, and none is
        broad. An absent, null or empty list admits nothing.
    Fail when
        The restriction is false, absent or null, which mean off; the list is longer than the service takes;
        or an entry is broad: a wildcard over a top-level domain or over a domain where anybody can have a
        host (such as blob.core.windows.net), such a domain itself, a file-sharing site, or a large address
        range. Low, medium where agents run on the account.
    Unknown when
        One of the properties is malformed, the account states no kind, or the account could not be read.
    Not applicable when
        The kind is not one that honours the setting (OpenAI, AIServices, Vision, Content Moderator, Custom
        Vision, Face, Document Intelligence, Speech, QnA Maker), or the account is being deleted.
    Evidence
        `properties.restrictOutboundNetworkAccess` and `properties.allowedFqdnList` of
        `Microsoft.CognitiveServices/accounts`, api-version 2025-06-01. The setting takes up to 15 minutes. It
        does not govern the outbound traffic of Foundry agents: foundry-agent-network-injection and
        foundry-managed-network do. Agents are evident where an AIServices account with project management has
        a network injection of scenario agent.
    Remedy
        Restrict outbound access and list exact hosts.
    """
    kind = account.kind
    if kind.value is None:
        return Unknown(
            message="the account states no kind", reason=Reason.MALFORMED, evidence=(kind.evidence(),)
        )
    if kind.value.casefold() not in KINDS:
        said = f"accounts of kind {kind.value} have no outbound restriction"
        return NotApplicable(message=said, reason=Reason.KIND, evidence=(kind.evidence(),))
    agents = hosts_agents(account)
    severity = Severity.MEDIUM if agents else Severity.LOW
    note = ("agents' own outbound traffic is not governed by this setting",) if agents else ()
    checks = (lambda: _restriction(account, severity, note), lambda: _list(account, severity, note))
    return worst((attempt(check) for check in checks), own=Severity.LOW)


def _restriction(account: CognitiveAccount, severity: Severity, notes: tuple[str, ...]) -> Verdict:
    restricted, hosts = account.restrict_outbound, account.allowed_fqdns
    if restricted.value:
        said = f"outbound calls are restricted to the {len(hosts.value)} hosts of the list"
        return Pass(message=said, evidence=(restricted.evidence(), hosts.evidence()), notes=notes)
    unset = "" if restricted.is_stated else ": the property is not set, which means unrestricted"
    return Fail(
        message=f"the account may call any host{unset}",
        evidence=(restricted.evidence(),),
        severity=severity,
        fills=_body(() if hosts.is_malformed else hosts.value),
        notes=notes,
    )


def _list(account: CognitiveAccount, severity: Severity, notes: tuple[str, ...]) -> Verdict:
    hosts = account.allowed_fqdns
    broad = [(host, why) for host in hosts.value if (why := why_broad(host))]
    if broad:
        return Fail(
            message=f"the list of allowed hosts is broad: {_named(broad)}",
            evidence=(hosts.evidence(),),
            severity=severity,
            remedy=REPLACE,
            fills=_body(hosts.value),
            notes=notes,
        )
    if len(hosts.value) > MOST_HOSTS:
        said = f"the list of allowed hosts has {len(hosts.value)} entries; the service takes {MOST_HOSTS}"
        return Fail(
            message=said, evidence=(hosts.evidence(),), severity=severity, remedy=SHORTEN, notes=notes
        )
    return Pass(message="no allowed host is broad", evidence=(hosts.evidence(),), notes=notes)


def _named(broad: list[tuple[str, str]]) -> str:
    """The first few entries with their reasons; the evidence holds the whole list."""
    first = ", ".join(f"{host} ({why})" for host, why in broad[:MOST_NAMED])
    return first if len(broad) <= MOST_NAMED else f"{first} and {len(broad) - MOST_NAMED} more"


def _body(hosts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The request that restricts outbound access to what is listed and not broad."""
    kept = [host for host in hosts if why_broad(host) is None]
    properties = {"restrictOutboundNetworkAccess": True, "allowedFqdnList": kept}
    return (("body", json.dumps({"properties": properties})),)
