"""Writes to Azure Resource Manager: a pipeline of its own, in which only planned writes pass.

Generic PUTs of the object as it was read, not the typed clients: approving must send the whole object back
with two properties changed, and typed models drop what they do not know (docs/decisions/reading-the-wire.md).
Nothing here retries: whoever writes decides anew after each answer, or where none came.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from auditor import __version__
from auditor.collect.policies import retry_after_s
from auditor.collect.session import Connection
from auditor.model.ids import ArmId, MalformedId


class UnplannedWrite(RuntimeError):
    """Something other than a read or a planned write was about to be sent: a defect, never a setting."""


class PlannedOnly:
    """Lets pass reads, and PUTs to exactly the planned objects on the cloud's own host."""

    next: Any

    def __init__(self, host: str, subjects: Collection[ArmId]) -> None:
        self._host = host
        self._subjects = frozenset(subjects)

    async def send(self, request: Any) -> Any:
        sent = request.http_request
        if sent.method not in {"GET", "HEAD"} and not self._is_planned(sent.method, sent.url):
            raise UnplannedWrite(f"refused to send {sent.method} {urlsplit(sent.url).path}")
        return await self.next.send(request)

    def _is_planned(self, method: str, url: str) -> bool:
        parts = urlsplit(url)
        try:
            subject = ArmId.parse(unquote(parts.path))
        except MalformedId:
            return False
        return method == "PUT" and parts.netloc.lower() == self._host and subject in self._subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `body` is {} where it was no JSON object; `headers` are looked up in any case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.status < 300

    @property
    def wait_s(self) -> float | None:
        """How long it asks to wait, None where it does not say."""
        return retry_after_s(self.headers)

    @property
    def code(self) -> str:
        error = self.body.get("error")
        return str(error.get("code") or "") if isinstance(error, dict) else ""

    @property
    def said(self) -> str:
        error = self.body.get("error")
        message = str(error.get("message") or "") if isinstance(error, dict) else ""
        first = message.strip().partition("\n")[0][:300]
        return ": ".join(part for part in (f"HTTP {self.status} {self.code}".strip(), first) if part)


class ArmWriter:
    """Sends planned writes. `sent` are the objects of which a write has left this process."""

    def __init__(self, connection: Connection, subjects: Collection[ArmId], timeout_s: float) -> None:
        arm_url = connection.cloud.arm_url.rstrip("/")
        self._arm_url = arm_url
        self._host = urlsplit(arm_url).netloc.lower()
        self._scheme = urlsplit(arm_url).scheme
        self._timeout_s = timeout_s
        self._client = _client(connection, PlannedOnly(self._host, subjects))
        self.sent: set[ArmId] = set()

    async def put(self, subject: ArmId, api_version: str, body: Mapping[str, Any]) -> Answer | None:
        """None where no answer came: it may have taken effect, or may yet."""
        url = f"{self._arm_url}{quote(subject.text, safe='/()')}?api-version={api_version}"
        self.sent.add(subject)
        return await self._send("PUT", url, body)

    async def poll(self, url: str) -> Answer | None:
        """GET a link that a long-running write was answered with; None too where it leads to another host.

        The token goes along, so no answer may choose whom it is shown to.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if (parts.scheme, parts.netloc.lower()) != (self._scheme, self._host):
            return None
        return await self._send("GET", url, None)

    async def _send(self, method: str, url: str, body: Mapping[str, Any] | None) -> Answer | None:
        from azure.core.exceptions import AzureError
        from azure.core.rest import HttpRequest

        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        sent = HttpRequest(method, url, headers=headers, json=body)
        try:
            response = await self._client.send_request(
                sent, connection_timeout=self._timeout_s, read_timeout=self._timeout_s
            )
        except AzureError:
            return None
        return Answer(status=response.status_code, headers=response.headers, body=_object(response.content))


def _client(connection: Connection, guard: PlannedOnly) -> Any:
    from azure.core.pipeline.policies import RequestIdPolicy, UserAgentPolicy
    from azure.mgmt.core import AsyncARMPipelineClient
    from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy

    policies = [
        RequestIdPolicy(),
        UserAgentPolicy(f"azure-ai-auditor/{__version__}"),
        guard,
        AsyncARMChallengeAuthenticationPolicy(connection.entra, connection.cloud.scope),
    ]
    return AsyncARMPipelineClient(
        base_url=connection.cloud.arm_url, transport=connection.transport, policies=policies
    )


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
