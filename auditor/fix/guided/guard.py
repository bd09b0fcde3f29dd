"""What may leave while one write is made: reads, and that one write."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from auditor.fix.guided.step import Step


class UnplannedWrite(RuntimeError):
    """A client was about to send something that nobody planned or confirmed. That is a defect of ours."""


def guard(step: Step) -> Any:
    """A policy for azure-core pipelines, of both kinds, that lets GET and the planned write pass.

    The typed clients write by themselves: they register a resource provider when ARM answers 409. It must
    stand under the retry policy to see that, and be of azure-core's own class to be shared by several clients
    (azure-ai-ml makes fifteen).
    """
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    planned = (step.method, _plain(step.path))

    class OnlyPlanned(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            method, url = request.http_request.method, request.http_request.url
            asked = (method, _plain(urlsplit(url).path))
            if method not in ("GET", "HEAD") and asked != planned:
                raise UnplannedWrite(f"refused to send {method} {asked[1]}")

    return OnlyPlanned()


def _plain(path: str) -> str:
    return "/" + unquote(path).strip("/").lower()
