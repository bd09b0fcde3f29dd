"""``make record``: guided fixes against the sandbox server, through the typed clients, as cassettes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from auditor.collect.session import Connection, readers_over
from auditor.fix.guided.applying import Applier
from auditor.fix.guided.changes import change_of
from auditor.fix.guided.grants import assignment_name
from auditor.fix.guided.steps import steps_of
from auditor.fix.journal import forgetful
from auditor.fix.pace import Pace
from auditor.fix.sequence import carried_out
from auditor.model.fix import Fix
from auditor.model.guided import (
    AddDnsZoneGroup,
    AddOutboundRule,
    AllowTrustedServices,
    AssignRole,
    EnableSystemIdentity,
    EndpointRule,
    Grant,
    GuidedFix,
    HostRule,
    ProvisionManagedNetwork,
)
from auditor.model.ids import ArmId
from auditor.progress import SilentProgress
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from auditor.sandbox.server import serving
from auditor.sandbox.tenant import Tenant
from tests.collect.cassette import recording
from tests.collect.record import CLOUD as COLLECTORS_CLOUD
from tests.collect.record import client_secret_of, transporting
from tests.collect.scenarios import CASSETTES
from tests.fix.guided.worlds import ENDPOINT, GROUP, broken, unprovisioned
from tests.rules.dns.places import SEARCH_ZONE
from tests.rules.world import World, mended

# Not that of the collectors' recordings: the two may be made at the same time.
PORT = 8444
ARM_URL = f"https://localhost:{PORT}"
CLOUD = replace(COLLECTORS_CLOUD, arm_url=ARM_URL, scope=f"{ARM_URL}/.default", authority=ARM_URL)
DIRECTORY = CASSETTES / "fixes"
# Where a long-running write is asked after, and how soon.
POLLING = frozenset({"azure-asyncoperation", "location", "x-ms-retry-after-ms"})
_PARALLEL = 4
_TIMEOUT_S = 60.0
_ROLE = "a001fd3d-188f-4b5d-821b-7da978bf7442"
_LEARNING = r"workspaces/actuarial-ml"


def _grant() -> AssignRole:
    return AssignRole(
        grants=(
            Grant(
                scope=HR_OPENAI,
                principal_id=broken().principal(HR_SEARCH),
                principal_type="ServicePrincipal",
                role=_ROLE,
                role_name="Cognitive Services OpenAI Contributor",
            ),
        )
    )


def _granted(world: World) -> World:
    return world.grant(_ROLE, world.principal(HR_SEARCH), HR_OPENAI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A fix that one typed client makes. `path` finds its object's requests, `method` is its write's.

    `held` makes a company in which nothing is left to do, None where there is no such thing; `moved` is what
    somebody else does to the object meanwhile: the change of an event.
    """

    fix: Callable[[], GuidedFix]
    path: str
    method: str
    world: Callable[[], World] = broken
    held: Callable[[World], object] | None = None
    moved: Mapping[str, Any] = field(default_factory=dict)


def _tagged(rid: str) -> Mapping[str, Any]:
    return {"merge": [{"id": rid, "tags": {"touched": "by somebody else"}}]}


def _appearing(rid: str, arm_type: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """The very object that is to be made, made by somebody else to another end."""
    body = {"id": rid, "name": rid.rpartition("/")[2], "type": arm_type, "properties": properties}
    return {"put": [body]}


def _other_grant() -> Mapping[str, Any]:
    (grant,) = _grant().grants
    kind = "Microsoft.Authorization/roleAssignments"
    reader = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    properties = {"scope": HR_OPENAI, "principalId": grant.principal_id, "roleDefinitionId": reader}
    return _appearing(f"{HR_OPENAI}/providers/{kind}/{assignment_name(grant)}", kind, properties)


def _other_rule(name: str) -> Mapping[str, Any]:
    kind = "Microsoft.MachineLearningServices/workspaces/outboundRules"
    properties = {"type": "FQDN", "destination": "elsewhere.example", "status": "Active"}
    return _appearing(f"{WORKSPACE}/outboundRules/{name}", kind, properties)


KINDS: Mapping[str, Kind] = {
    "authorization-assign-role": Kind(
        fix=_grant,
        path=r"roleAssignments/[0-9a-f-]{36}\?",
        method="PUT",
        held=_granted,
        moved=_other_grant(),
    ),
    "cognitiveservices-enable-system-identity": Kind(
        fix=lambda: EnableSystemIdentity(resource=CLAIMS_OPENAI),
        path=r"oai-norrland-claims\?",
        method="PATCH",
        moved=_tagged(CLAIMS_OPENAI),
    ),
    "cognitiveservices-allow-trusted-services": Kind(
        fix=lambda: AllowTrustedServices(resource=HR_OPENAI),
        path=r"accounts/oai-norrland-hr\?",
        method="PATCH",
        held=lambda world: world.put(HR_OPENAI, "properties.networkAcls.bypass", "AzureServices"),
        moved=_tagged(HR_OPENAI),
    ),
    "search-enable-system-identity": Kind(
        fix=lambda: EnableSystemIdentity(resource=CLAIMS_SEARCH),
        path=r"srch-norrland-claims\?",
        method="PATCH",
        moved=_tagged(CLAIMS_SEARCH),
    ),
    "search-allow-trusted-services": Kind(
        fix=lambda: AllowTrustedServices(resource=HR_SEARCH),
        path=r"searchServices/srch-norrland-hr\?",
        method="PATCH",
        held=lambda world: world.put(HR_SEARCH, "properties.networkRuleSet.bypass", "AzureServices"),
        moved=_tagged(HR_SEARCH),
    ),
    "storage-allow-trusted-services": Kind(
        fix=lambda: AllowTrustedServices(resource=HR_STORAGE),
        path=r"storageAccounts/stnorrlandhr\?",
        method="PATCH",
        held=lambda world: world.put(HR_STORAGE, "properties.networkAcls.bypass", "AzureServices"),
        moved=_tagged(HR_STORAGE),
    ),
    "machinelearning-provision-managed-network": Kind(
        fix=lambda: ProvisionManagedNetwork(workspace=WORKSPACE),
        path=rf"{_LEARNING}(/provisionManagedNetwork)?\?",
        method="POST",
        world=unprovisioned,
        moved=_tagged(WORKSPACE),
    ),
    "machinelearning-add-host-rule": Kind(
        fix=lambda: AddOutboundRule(
            workspace=WORKSPACE, rules=(HostRule(name="packages", host="packages.example"),)
        ),
        path=r"outboundRules/packages\?",
        method="PUT",
        moved=_other_rule("packages"),
    ),
    "machinelearning-add-endpoint-rule": Kind(
        fix=lambda: AddOutboundRule(
            workspace=WORKSPACE,
            rules=(
                EndpointRule(name="hr-blob", resource=HR_STORAGE, subresource="blob", spark_enabled=False),
            ),
        ),
        path=r"outboundRules/hr-blob\?",
        method="PUT",
        moved=_other_rule("hr-blob"),
    ),
    "network-add-dns-zone-group": Kind(
        fix=lambda: AddDnsZoneGroup(private_endpoint=ENDPOINT, group="default", zone=SEARCH_ZONE),
        path=r"pe-claims-search/privateDnsZoneGroups/default\?",
        method="PUT",
        held=lambda world: world.add(mended().body(GROUP)),
        moved={"put": [{**mended().body(GROUP), "properties": {"privateDnsZoneConfigs": []}}]},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """One recorded run: what stands in its way, and how it must end. No outcome: nothing was due."""

    label: str
    kind: Kind
    outcome: str
    tenant: Mapping[str, Any] = field(default_factory=dict)
    change: Callable[[World], object] = lambda _world: None

    @property
    def path(self) -> Path:
        return DIRECTORY / f"{self.label}.yaml"

    def company(self) -> Tenant:
        world = self.kind.world()
        self.change(world)
        world.tenant.update(self.tenant)
        return Tenant.from_json(world.tenant)


def _tapes_of(name: str, kind: Kind) -> list[Tape]:
    refusal = {"path": kind.path, "methods": [kind.method], "status": 403}
    found = [
        Tape(label=f"{name}.applied", kind=kind, outcome="applied"),
        Tape(label=f"{name}.refused", kind=kind, outcome="failed", tenant={"faults": [refusal]}),
    ]
    if kind.held is not None:
        found.append(Tape(label=f"{name}.already-applied", kind=kind, outcome="", change=kind.held))
    if kind.moved:
        event = {"path": kind.path, "methods": ["GET"], "after": 1, **kind.moved}
        label = f"{name}.changed-under-us"
        found.append(Tape(label=label, kind=kind, outcome="changed-under-us", tenant={"events": [event]}))
    return found


TAPES: Mapping[str, Tape] = {
    tape.label: tape for name, kind in KINDS.items() for tape in _tapes_of(name, kind)
}


@asynccontextmanager
async def connection(entra: Any, ca_file: Path | None) -> AsyncIterator[Connection]:
    """A connection over a real HTTP session, for the server or for a cassette."""
    async with transporting(ca_file) as transport:
        yield Connection(
            cloud=CLOUD,
            readers=readers_over(transport, entra, CLOUD, _PARALLEL, _TIMEOUT_S, lambda: None),
            claims={},
            entra=entra,
            transport=transport,
            ca_bundle=str(ca_file) if ca_file else None,
        )


async def run(tape: Tape, opened: Connection) -> tuple[Fix, ...]:
    """Plan the fix and carry it out; what was not due is not among the results."""
    steps = [step for step in await steps_of(opened.reader, tape.kind.fix()) if step.is_due]
    applier = Applier(
        opened,
        {ArmId.parse(step.object_id): step for step in steps},
        Pace(sleep=lambda _seconds: asyncio.sleep(0)),
        SilentProgress(),
    )
    found: list[Fix] = []
    changes = [change_of(step) for step in steps]
    await carried_out(changes, applier.apply, forgetful("recorded"), applier.was_sent, found)
    return tuple(found)


async def record(tape: Tape, path: Path) -> None:
    """Write one cassette of the sandbox. Raises OSError where its port is taken."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tape.company(), port=PORT))
        entra = await stack.enter_async_context(client_secret_of(server))
        opened = await stack.enter_async_context(connection(entra, server.ca_file))
        with recording(path, beside=POLLING):
            await run(tape, opened)


async def _record_all() -> None:
    for stale in DIRECTORY.glob("*.yaml"):
        stale.unlink()
    for tape in TAPES.values():
        await record(tape, tape.path)


if __name__ == "__main__":
    asyncio.run(_record_all())
