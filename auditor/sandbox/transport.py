"""The sandbox as a transport of azure-core: the real SDK pipeline, no socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import orjson

from auditor.sandbox.arm import Arm
from auditor.sandbox.entra import TOKEN_LIFETIME_S, access_token
from auditor.sandbox.faults import ConnectionDropped
from auditor.sandbox.responses import ArmResponse

if TYPE_CHECKING:
    from azure.core.credentials import AccessTokenInfo
    from azure.core.pipeline.transport import AsyncHttpTransport


def sandbox_transport(arm: Arm, latency_ms: float = 0) -> AsyncHttpTransport[Any, Any]:
    """An azure-core transport that answers every request from `arm`, after a delay of `latency_ms`."""
    from azure.core.exceptions import ServiceResponseError
    from azure.core.pipeline.transport import AsyncHttpTransport
    from azure.core.rest import AsyncHttpResponse
    from azure.core.utils import case_insensitive_dict

    class SandboxResponse(_Loaded, AsyncHttpResponse):
        pass

    class SandboxTransport(AsyncHttpTransport[Any, Any]):
        async def open(self) -> None:
            pass

        async def close(self) -> None:
            pass

        async def __aexit__(self, *_: object) -> None:
            pass

        async def send(self, request: Any, **_: Any) -> SandboxResponse:
            if latency_ms:
                await asyncio.sleep(latency_ms / 1000)
            try:
                answered = arm.handle(request.method, request.url, request.headers, _sent_body(request))
            except ConnectionDropped as dropped:
                raise ServiceResponseError("the connection was dropped") from dropped
            headers = case_insensitive_dict({**answered.headers, "Content-Length": str(len(answered.body))})
            return SandboxResponse(request, answered, headers)

    return SandboxTransport()


def _sent_body(request: Any) -> bytes:
    """The encoded body of an SDK request of either generation."""
    body = getattr(request, "content", None)
    if body is None:
        body = request.body() if callable(getattr(request, "body", None)) else request.body
    return body.encode() if isinstance(body, str) else bytes(body or b"")


class _Loaded:
    """The behaviour of a response whose body is in memory, kept apart so that azure.core is imported late.

    `body` and `load_body` serve the older SDK clients, the rest is `azure.core.rest.AsyncHttpResponse`, whose
    abstract properties these class attributes stand in for.
    """

    request: Any = None
    status_code: int = 0
    headers: Any = None
    reason: str = ""
    content_type: str | None = None
    encoding: str | None = None
    is_closed: bool = False
    is_stream_consumed: bool = False

    def __init__(self, request: Any, answered: ArmResponse, headers: Any) -> None:
        self.request = request
        self.status_code = answered.status
        self.headers = headers
        self.reason = HTTPStatus(answered.status).phrase
        self.content_type = headers.get("Content-Type")
        self.internal_response = answered
        self.block_size = 65536

    @property
    def url(self) -> str:
        return str(self.request.url)

    @property
    def content(self) -> bytes:
        return self.internal_response.body

    def body(self) -> bytes:
        return self.content

    async def load_body(self) -> None:
        pass

    async def read(self) -> bytes:
        return self.content

    async def close(self) -> None:
        self.is_closed = True

    def text(self, encoding: str | None = None) -> str:
        return self.content.decode(encoding or self.encoding or "utf-8-sig")

    def json(self) -> Any:
        return orjson.loads(self.content)

    def raise_for_status(self) -> None:
        from azure.core.exceptions import HttpResponseError

        if self.status_code >= 400:
            raise HttpResponseError(response=self)

    async def iter_raw(self, **_: Any) -> AsyncIterator[bytes]:
        self.is_stream_consumed = True
        yield self.content

    async def iter_bytes(self, **_: Any) -> AsyncIterator[bytes]:
        self.is_stream_consumed = True
        yield self.content

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        failure: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.close()


class SandboxToken(NamedTuple):
    """The shape of azure.core's AccessToken: the text and when it expires, in Unix seconds."""

    token: str
    expires_on: int


class SandboxCredential:
    """An asynchronous azure-core credential that holds the sandbox's tokens without asking for them.

    `token` gives the one for a scope.
    """

    def __init__(self, token: Callable[[str], str]) -> None:
        self._token = token

    async def get_token(self, *scopes: str, **_: Any) -> SandboxToken:
        return SandboxToken(self._token(*scopes[:1]), int(time.time()) + TOKEN_LIFETIME_S)

    async def get_token_info(self, *scopes: str, options: Mapping[str, Any] | None = None) -> AccessTokenInfo:
        from azure.core.credentials import AccessTokenInfo

        return AccessTokenInfo(self._token(*scopes[:1]), int(time.time()) + TOKEN_LIFETIME_S)

    async def close(self) -> None:
        pass

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def sandbox_credential(arm: Arm) -> SandboxCredential:
    """A credential that `arm` accepts."""
    return SandboxCredential(partial(access_token, arm.tenant))
