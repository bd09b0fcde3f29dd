"""One request, decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from auditor.sandbox.scopes import ArmPath, parse_path

SKIP_TOKEN = "$skiptoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """What was asked for: upper-case method, decoded path, decoded query (``a=b&c=d``, "" when none).

    `body` is what was sent, as bytes; never the secret of a sign-in.
    """

    method: str
    path: str
    query: str
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`base` is scheme and host; `path` and `parameters` are decoded; header names are lower-case."""

    method: str
    base: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def decode(cls, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Request:
        parts = urlsplit(url)
        return cls(
            method=method.upper(),
            base=f"{parts.scheme or 'https'}://{parts.netloc or 'localhost'}",
            path=unquote(parts.path),
            parameters=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body or b"",
        )

    @property
    def query(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.parameters)

    @property
    def target(self) -> str:
        """What fault patterns are searched in."""
        return f"{self.path}?{self.query}" if self.parameters else self.path

    @property
    def collection(self) -> str:
        """The path and query without the skip token: the same for every page of one list."""
        kept = (f"{name}={value}" for name, value in self.parameters if name.lower() != SKIP_TOKEN)
        return "?".join((self.path, "&".join(kept)))

    @property
    def arm_path(self) -> ArmPath:
        return parse_path(self.path)

    @property
    def bearer_token(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" and token else None

    def parameter(self, name: str) -> str | None:
        """A query parameter, its name compared without case; None when absent."""
        for found, value in self.parameters:
            if found.lower() == name:
                return value
        return None

    def url_with(self, name: str, value: str) -> str:
        """This request's own URL with one parameter set, encoded as ARM encodes its links."""
        kept = [(key, old) for key, old in self.parameters if key.lower() != name]
        query = "&".join(
            f"{quote(key, safe='')}={quote(new, safe='')}" for key, new in (*kept, (name, value))
        )
        return f"{self.base}{quote(self.path)}?{query}"

    def logged(self) -> LoggedRequest:
        body = self.body if self.bearer_token else b""
        return LoggedRequest(method=self.method, path=self.path, query=self.query, body=body)
