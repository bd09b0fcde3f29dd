"""Azure's typed clients, and the one call of theirs that each kind of write is."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from auditor import __version__
from auditor.collect.session import Connection
from auditor.errors import UsageError
from auditor.fix.guided.guard import guard
from auditor.fix.guided.step import Step
from auditor.model.fix import FixKind
from auditor.model.ids import ArmId

_PACKAGES = (
    "azure.ai.ml",
    "azure.mgmt.authorization",
    "azure.mgmt.cognitiveservices",
    "azure.mgmt.network",
    "azure.mgmt.search",
    "azure.mgmt.storage",
)
_POLL_AGAIN_S = 5
# How often a poller that runs in its own thread is looked at.
_LOOK_AGAIN_S = 0.2
_CURRENT_CLOUD = "AZUREML_CURRENT_CLOUD"


def refuse_missing_clients() -> None:
    """Raises UsageError where the extra `fix` is not installed."""
    missing = [package for package in _PACKAGES if not _is_installed(package)]
    if missing:
        said = f"applying a remedy needs Azure's typed clients, and {', '.join(missing)} is not installed"
        raise UsageError(said, "pip install 'azure-ai-auditor[fix]'")


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


async def send(step: Step, connection: Connection) -> None:
    """Make the write and wait until Azure says that it is over. Raises AzureError.

    No client retries by itself: whether a write that was not answered took effect is looked up, not guessed.
    """
    await _CALLS[step.kind](step, connection)


def _options(step: Step, connection: Connection) -> dict[str, Any]:
    return {
        "base_url": connection.cloud.arm_url,
        "credential_scopes": [connection.cloud.scope],
        "transport": connection.transport,
        "user_agent": f"azure-ai-auditor/{__version__}",
        "retry_total": 0,
        "per_retry_policies": [guard(step)],
        "polling_interval": _POLL_AGAIN_S,
    }


async def _assign_role(step: Step, connection: Connection) -> None:
    from azure.mgmt.authorization.aio import AuthorizationManagementClient
    from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

    sent = step.body["properties"]
    scope = step.target.strip("/")
    parameters = RoleAssignmentCreateParameters(
        role_definition_id=sent["roleDefinitionId"],
        principal_id=sent["principalId"],
        principal_type=sent.get("principalType"),
    )
    async with AuthorizationManagementClient(
        connection.entra,
        ArmId.parse(step.target).subscription_id or "",
        api_version=step.api_version,
        **_options(step, connection),
    ) as client:
        await client.role_assignments.create(scope, step.path.rpartition("/")[2], parameters)


async def _patch(step: Step, connection: Connection) -> None:
    rid = ArmId.parse(step.target)
    call = _PATCHES[(rid.resource_type or "").lower()]
    await call(step, connection, rid, _encoded(step))


def _encoded(step: Step) -> Any:
    """The body as JSON, not as a model: see `auditor.fix.guided.settings`.

    The clients send bytes as they are; their annotations ask for an open file.
    """
    return json.dumps(step.body).encode()


async def _patch_account(step: Step, connection: Connection, rid: ArmId, body: Any) -> None:
    from azure.mgmt.cognitiveservices.aio import CognitiveServicesManagementClient

    async with CognitiveServicesManagementClient(
        connection.entra,
        rid.subscription_id or "",
        api_version=step.api_version,
        **_options(step, connection),
    ) as client:
        poller = await client.accounts.begin_update(rid.resource_group or "", rid.name, body)
        await poller.result()


async def _patch_search(step: Step, connection: Connection, rid: ArmId, body: Any) -> None:
    from azure.mgmt.search.aio import SearchManagementClient

    async with SearchManagementClient(
        connection.entra,
        rid.subscription_id or "",
        api_version=step.api_version,
        **_options(step, connection),
    ) as client:
        await client.services.update(rid.resource_group or "", rid.name, body)


async def _patch_storage(step: Step, connection: Connection, rid: ArmId, body: Any) -> None:
    from azure.mgmt.storage.aio import StorageManagementClient

    async with StorageManagementClient(
        connection.entra,
        rid.subscription_id or "",
        api_version=step.api_version,
        **_options(step, connection),
    ) as client:
        await client.storage_accounts.update(rid.resource_group or "", rid.name, body)


async def _add_zone(step: Step, connection: Connection) -> None:
    from azure.mgmt.network.aio import NetworkManagementClient

    rid = ArmId.parse(step.target)
    async with NetworkManagementClient(
        connection.entra, rid.subscription_id or "", **_options(step, connection)
    ) as client:
        poller = await client.private_dns_zone_groups.begin_create_or_update(
            rid.resource_group or "",
            rid.name,
            step.path.rpartition("/")[2],
            _encoded(step),
            # This client takes no version when it is made.
            api_version=step.api_version,
        )
        await poller.result()


async def _provision(step: Step, connection: Connection) -> None:
    def begin(client: Any, rid: ArmId) -> Any:
        return client.workspaces.begin_provision_network(
            workspace_name=rid.name, include_spark=step.body["includeSpark"]
        )

    await _with_learning(step, connection, begin)


async def _add_rule(step: Step, connection: Connection) -> None:
    def begin(client: Any, rid: ArmId) -> Any:
        from azure.ai.ml.entities import FqdnDestination, PrivateEndpointDestination

        name, sent = step.path.rpartition("/")[2], step.body["properties"]
        place = sent["destination"]
        if sent["type"] == "FQDN":
            rule: Any = FqdnDestination(name=name, destination=place)
        else:
            rule = PrivateEndpointDestination(
                name=name,
                service_resource_id=place["serviceResourceId"],
                subresource_target=place["subresourceTarget"],
                spark_enabled=place["sparkEnabled"],
            )
        return client.workspace_outbound_rules.begin_create(rid.name, rule)

    await _with_learning(step, connection, begin)


async def _with_learning(step: Step, connection: Connection, begin: Callable[[Any, ArmId], Any]) -> None:
    """One call of azure-ai-ml, which exists only in blocking form, and its end.

    Its poller runs in a thread of its own that ends with the process, so an interruption need not wait.
    """
    from azure.core.pipeline.transport import RequestsTransport

    loop, rid = asyncio.get_running_loop(), ArmId.parse(step.target)
    transport: Any = RequestsTransport(connection_verify=connection.ca_bundle or True)

    def begun() -> Any:
        return begin(_learning_client(step, connection, transport, loop), rid)

    try:
        with _undisturbed_environment():
            poller = await asyncio.to_thread(begun)
        while not poller.done():
            await asyncio.sleep(_LOOK_AGAIN_S)
        await asyncio.to_thread(poller.result)
    finally:
        transport.close()


def _learning_client(
    step: Step, connection: Connection, transport: Any, loop: asyncio.AbstractEventLoop
) -> Any:
    with warnings.catch_warnings():
        # Importing it makes its own dependencies warn of their future.
        warnings.simplefilter("ignore", DeprecationWarning)
        from azure.ai.ml import MLClient

    _silence_learning()
    options = _options(step, connection)
    # `base_url` is dropped by this client: it goes to the public cloud with our token, unless the cloud says.
    del options["base_url"], options["credential_scopes"]
    options["transport"] = transport
    cloud, rid = connection.cloud, ArmId.parse(step.target)
    return MLClient(
        _Blocking(connection, loop),
        rid.subscription_id,
        rid.resource_group,
        rid.name,
        # A name of its own each time: the library takes no second cloud of one name.
        cloud=f"auditor-{uuid4()}",
        cloud_metadata={
            "azure_portal": cloud.arm_url,
            "resource_manager": f"{cloud.arm_url}/",
            "active_directory": f"{cloud.authority}/",
            "aml_resource_id": cloud.arm_url,
            "storage_endpoint": cloud.storage_suffix,
            "registry_discovery_endpoint": cloud.arm_url,
        },
        enable_telemetry=False,
        show_progress=False,
        **options,
    )


def _silence_learning() -> None:
    """Its modules write to stderr past every setting of ours, by handlers of their own."""
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("azure.ai.ml"):
            logging.getLogger(name).setLevel(logging.WARNING)


class _Blocking:
    """The connection's credential for a client in another thread, for the cloud's own audience only."""

    def __init__(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        self._connection = connection
        self._loop = loop

    def get_token(self, *_scopes: str, **_options: Any) -> Any:
        asked = self._connection.entra.get_token(self._connection.cloud.scope)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()


@contextmanager
def _undisturbed_environment() -> Iterator[None]:
    """Every MLClient sets a variable that later ones of the same process would obey."""
    before = os.environ.get(_CURRENT_CLOUD)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_CURRENT_CLOUD, None)
        else:
            os.environ[_CURRENT_CLOUD] = before


_PATCHES: Mapping[str, Callable[[Step, Connection, ArmId, Any], Awaitable[None]]] = {
    "microsoft.cognitiveservices/accounts": _patch_account,
    "microsoft.search/searchservices": _patch_search,
    "microsoft.storage/storageaccounts": _patch_storage,
}
_CALLS: Mapping[FixKind, Callable[[Step, Connection], Awaitable[None]]] = {
    FixKind.ASSIGN_ROLE: _assign_role,
    FixKind.ENABLE_SYSTEM_IDENTITY: _patch,
    FixKind.ALLOW_TRUSTED_SERVICES: _patch,
    FixKind.PROVISION_MANAGED_NETWORK: _provision,
    FixKind.ADD_OUTBOUND_RULE: _add_rule,
    FixKind.ADD_DNS_ZONE_GROUP: _add_zone,
}
