"""storage-private-endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from auditor.model.finding import NotApplicable, NotRead
from auditor.model.reasons import Reason
from auditor.model.resources.connection import StorageConnection
from auditor.model.resources.network import PrivateEndpoint, PrivateLinkServiceConnection
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Misfit
from auditor.relate.expectations import keeps_files
from auditor.rule import (
    Fail,
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
from auditor_rules.private_link import READS, create_endpoint, judge_connection, judge_private_endpoint
from auditor_rules.subjects import Partnered, WithPartners
from auditor_rules.verdicts import united

SUMMARY = (
    "Have the request that waits approved, if private-endpoint-pending knows it; where there is none, create"
    " a private endpoint for the group in the clients' network, with its DNS zone group."
)
APPROVE = "az network private-endpoint-connection approve --id {{waiting_{group}}}"


@rule(
    id="storage-private-endpoints",
    title="Storage has a private endpoint for every service its clients use",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WithPartners(
        of=StorageAccount,
        roles=("openai", "search", "web_app", "workspace"),
        lone="no AI workload uses this storage account",
    ),
    reads=(*READS, StorageConnection),
    profiles=("on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(summary=SUMMARY, az=create_endpoint("blob")),
    controls=controls(
        policy=("6edd7eda-6dd8-40f7-810d-67160c639cd9",), mcsb=("NS-2",), cis=("9.3.2.1",), nist=("SC-7",)
    ),
    sources=(
        Source(
            title="Secure a workspace with virtual networks",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
        ),
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def storage_private_endpoints(found: Partnered[StorageAccount], view: View) -> Verdict:
    """Every storage service that the workload's clients use has an approved private endpoint of ours.

    Why
        Blob, file and dfs are separate private link groups of one account. With public access off, a group
        without an approved endpoint is unreachable: uploads, flows or notebooks fail, and the usual reaction
        is to open the account again.
    Pass when
        Each needed group has an approved connection from a private endpoint that can be read. Needed are:
        blob; file as well where a workspace keeps its own files here (its `storageAccount` is this account);
        dfs as well where `isHnsEnabled` is true (absent or null mean false).
    Fail when
        A needed group has none. Pending, Rejected and Disconnected connections never count, whatever the
        provisioning state says; they are named.
    Unknown when
        A needed group is missing and an approved connection comes from an endpoint that cannot be read:
        Storage does not say the group on its side, so it could be any. Unknown too where connections could
        not be read, workspaces of the account's subscription could not be read and might need file, or that
        account and workload belong together is only suggested.
    Not applicable when
        No AI workload uses the account, which is asked only with `--all-resources`.
    Evidence
        `privateEndpointConnections` of the account, api-version 2023-05-01, and `groupIds` of
        `Microsoft.Network/privateEndpoints`, api-version 2024-05-01, automatic and manual requests alike.
        Endpoints of shared private links and managed networks lie in subscriptions that nobody but the
        platform sees: they serve its compute, not people or apps, and are noted. Batch endpoints and parallel
        runs need queue and table too; that they are used is not looked for.
    Remedy
        Approve the request of ours that waits for the group, or create a private endpoint for it in the
        network of the clients, with its zone group.
    """
    account = found.resource
    needs = {
        "blob": lambda: True,
        "file": lambda: _keeps_files(found, view),
        "dfs": lambda: account.is_hns_enabled.value,
    }
    judged = {
        group: attempt(partial(_judge_group, view, account, group, is_needed))
        for group, is_needed in needs.items()
    }
    needed = {group: verdict for group, verdict in judged.items() if not isinstance(verdict, NotApplicable)}
    whole = worst(needed.values(), own=Severity.HIGH)
    if isinstance(whole, Fail):
        missing = (group for group, verdict in needed.items() if isinstance(verdict, Fail))
        remedy, fills = _mend(account, view, tuple(missing))
        return replace(whole, remedy=remedy, fills=fills)
    if isinstance(whole, Pass):
        whole = united([verdict for verdict in needed.values() if isinstance(verdict, Pass)])
        return replace(whole, notes=(*whole.notes, *_platform_endpoints(account, view)))
    return whole


def _judge_group(view: View, account: StorageAccount, group: str, is_needed: Callable[[], bool]) -> Verdict:
    if not is_needed():
        return NotApplicable(message=f"{group} is not needed", reason=Reason.NOT_USED)
    return judge_private_endpoint(view, account, StorageConnection, group)


def _keeps_files(found: Partnered[StorageAccount], view: View) -> bool:
    """Whether a workspace keeps its files on the account. Raises Undecided where one may have been missed."""
    partners = {rid for rid, _ in found.partners}
    if keeps_files((row for row in view.estate.listed(Workspace) if row.id in partners), found.resource.id):
        return True
    for gap in view.estate.gaps(Workspace):
        if gap.scope.subscription == found.resource.id.subscription:
            raise NotRead(gap)
    return False


def _mend(
    account: StorageAccount, view: View, missing: tuple[str, ...]
) -> tuple[Remedy, tuple[tuple[str, str], ...]]:
    """For each missing group: approve the request of ours that waits for it, else create an endpoint."""
    waiting = {group: _waiting(account, view, group) for group in missing}
    commands = (
        APPROVE.format(group=group) if waiting[group] else create_endpoint(group) for group in missing
    )
    remedy = Remedy(summary=SUMMARY, az=" && ".join(commands))
    return remedy, tuple((f"waiting_{group}", found.id.text) for group, found in waiting.items() if found)


def _waiting(account: StorageAccount, view: View, group: str) -> StorageConnection | None:
    """The connection whose endpoint was read, asks for this group of the account, and is not approved yet."""
    asking = {
        endpoint.id
        for endpoint in view.estate.listed(PrivateEndpoint)
        for request in _requests(endpoint)
        if request.target.meaning == account.id and request.groups.meaning == (group,)
    }
    for connection in view.estate.children(StorageConnection, account.id):
        if connection.status.meaning == "Pending" and connection.private_endpoint.meaning in asking:
            return connection
    return None


def _requests(endpoint: PrivateEndpoint) -> tuple[PrivateLinkServiceConnection, ...]:
    """The requests of an endpoint, none where they are malformed: a remedy may be plainer than it could."""
    lists = (endpoint.automatic.meaning, endpoint.manual.meaning)
    return tuple(one for found in lists if not isinstance(found, Misfit) for one in found)


def _platform_endpoints(account: StorageAccount, view: View) -> tuple[str, ...]:
    judged = (
        attempt(partial(judge_connection, view, connection, account, "blob"))
        for connection in view.estate.children(StorageConnection, account.id)
    )
    gaps = (verdict.gap for verdict in judged if isinstance(verdict, Unknown))
    hidden = sum(gap is not None and gap.reason is Reason.HIDDEN for gap in gaps)
    if not hidden:
        return ()
    return (
        f"{hidden} more approved connection{'s' * (hidden > 1)} from subscriptions that are not visible:"
        " shared private links and managed networks serve the platform's compute, not clients",
    )
