"""One connection to one cloud: transport, credential and pipeline, opened together and closed together."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from auditor import __version__
from auditor.collect.arm import ArmReader, Endpoint, Reader, Readers, SearchReader
from auditor.collect.clouds import cloud_at, named_cloud
from auditor.collect.credentials import credential, sign_in
from auditor.collect.policies import (
    APP_SETTINGS_LIST,
    RESOURCE_GRAPH,
    Limiter,
    ReadOnly,
    RetryAfterCap,
    WithinSuffix,
)
from auditor.errors import NothingAudited
from auditor.model.clouds import Cloud
from auditor.model.ids import same_text
from auditor.model.reach import APP_SETTINGS, DATA_PLANE, Reach

# azure-core's default of 3 status retries lost 20 of 600 calls against a token bucket (measured).
_STATUS_RETRIES = 10
_TOTAL_RETRIES = 20
_CONNECT_RETRIES = 2
# Throttling comes with a Retry-After. Without one, azure-core's pauses grow to 120 s each: seven minutes for
# one list that answers 500 for ever.
_LONGEST_BACKOFF_S = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Signed-in readers. `claims` are the token's own words about its bearer, {} where it is opaque.

    `entra` is the credential and `transport` azure-core's, both asynchronous and closed with the connection:
    what a fix writes goes the same way. `ca_bundle` is the file of authorities to trust, None the system's.
    """

    cloud: Cloud
    readers: Readers
    claims: dict[str, Any]
    entra: Any
    transport: Any
    ca_bundle: str | None

    @property
    def reader(self) -> Reader:
        """That of Azure Resource Manager."""
        return self.readers["arm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to reach and enter a cloud. `arm_endpoint` wins over `cloud`. Times are in seconds.

    `reach` are the steps beyond what Reader sees; without one there is no way to send what it sends.
    """

    cloud: str = "AzureCloud"
    arm_endpoint: str | None = None
    ca_bundle: str | None = None
    auth: str = "auto"
    tenant_id: str | None = None
    max_concurrency: int = 32
    timeout_s: float = 60.0
    reach: frozenset[Reach] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """An open HTTP session that trusts what it was told to, the cloud, and an async credential for it."""

    session: Any
    cloud: Cloud
    credential: Any
    ca_bundle: str | None


def http_session(way: Way) -> Any:
    """A new aiohttp.ClientSession: it trusts what the way says, follows proxies, and keeps no cookies."""
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=_trust(_ca_bundle(way)), limit=way.max_concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=True,
    )


@asynccontextmanager
async def entered(way: Way) -> AsyncIterator[Entrance]:
    """Go the way as far as the credential, which has not been asked yet. Raises NothingAudited."""
    ca_bundle = _ca_bundle(way)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(http_session(way))
        cloud = (
            await cloud_at(way.arm_endpoint, session, way.timeout_s)
            if way.arm_endpoint
            else named_cloud(way.cloud)
        )
        entra = credential(way.auth, cloud, way.tenant_id, ca_bundle)
        stack.push_async_callback(entra.close)
        yield Entrance(session=session, cloud=cloud, credential=entra, ca_bundle=ca_bundle)


@asynccontextmanager
async def connected(way: Way, finished: Callable[[], None]) -> AsyncIterator[Connection]:
    """Open the way, sign in once, and close everything at the end. Raises NothingAudited."""
    from azure.core.pipeline.transport import AioHttpTransport

    async with entered(way) as opened:
        cloud, entra = opened.cloud, opened.credential
        claims = await sign_in(entra, cloud.scope, way.auth)
        _refuse_other_tenant(way.tenant_id, claims)
        transport = AioHttpTransport(session=opened.session, session_owner=False)
        yield Connection(
            cloud=cloud,
            readers=readers_over(
                transport, entra, cloud, way.max_concurrency, way.timeout_s, finished, way.reach
            ),
            claims=claims,
            entra=entra,
            transport=transport,
            ca_bundle=opened.ca_bundle,
        )


def readers_over(
    transport: Any,
    entra: Any,
    cloud: Cloud,
    max_concurrency: int,
    timeout_s: float,
    finished: Callable[[], None],
    reach: frozenset[Reach] = frozenset(),
) -> Readers:
    """One lean pipeline for each endpoint over any azure-core transport. `finished` is called after each
    answer. Search services can be read with the step DATA_PLANE alone."""
    from azure.core import AsyncPipelineClient
    from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy
    from azure.mgmt.core import AsyncARMPipelineClient
    from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy

    slots = asyncio.Semaphore(max_concurrency)
    posts = (RESOURCE_GRAPH, APP_SETTINGS_LIST) if APP_SETTINGS in reach else (RESOURCE_GRAPH,)
    policies = [
        *_above(slots, finished),
        ReadOnly(posts),
        AsyncARMChallengeAuthenticationPolicy(entra, cloud.scope),
    ]
    arm: Any = AsyncARMPipelineClient(base_url=cloud.arm_url, transport=transport, policies=policies)
    readers: dict[Endpoint, Reader] = {"arm": ArmReader(arm, cloud.arm_url, timeout_s)}
    if DATA_PLANE in reach:
        policies = [
            *_above(slots, finished),
            ReadOnly(),
            WithinSuffix(cloud.search_suffix),
            AsyncBearerTokenCredentialPolicy(entra, cloud.search_scope),
        ]
        search: Any = AsyncPipelineClient(base_url="", transport=transport, policies=policies)
        readers["search"] = SearchReader(search, cloud.search_suffix, timeout_s)
    return readers


def _above(slots: asyncio.Semaphore, finished: Callable[[], None]) -> list[Any]:
    """The policies that stand above the guards, anew for each pipeline: a policy is a link of one chain."""
    from azure.core.pipeline.policies import AsyncRetryPolicy, RequestIdPolicy, UserAgentPolicy

    return [
        RequestIdPolicy(),
        UserAgentPolicy(f"azure-ai-auditor/{__version__}"),
        AsyncRetryPolicy(
            retry_total=_TOTAL_RETRIES,
            retry_status=_STATUS_RETRIES,
            retry_connect=_CONNECT_RETRIES,
            retry_backoff_max=_LONGEST_BACKOFF_S,
        ),
        Limiter(slots, finished),
        RetryAfterCap(),
    ]


def _refuse_other_tenant(wanted: str | None, claims: dict[str, Any]) -> None:
    """Not every kind of sign-in can choose its tenant: none may audit another one than was asked for."""
    entered = claims.get("tid")
    # A domain name names a tenant too, and cannot be compared.
    if wanted and entered and "." not in wanted and not same_text(wanted, str(entered)):
        said = f"the sign-in is to tenant {entered}, not to {wanted}"
        raise NothingAudited(said, "Sign in to that tenant, or leave --tenant out.")


def _ca_bundle(way: Way) -> str | None:
    return way.ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")


def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    """The context goes on the connector: a path given to each call would cost a handshake a request."""
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ssl.SSLError) as error:
        said = f"the CA bundle {ca_bundle} cannot be used: {error}"
        raise NothingAudited(said, "Give a PEM file with --ca-bundle.") from error
