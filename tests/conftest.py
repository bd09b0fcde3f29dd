"""A scrubbed world: no ambient credentials or settings, and no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

_AMBIENT_PREFIXES = ("AZURE_", "ARM_", "MSI_", "IDENTITY_", "AUDITOR_", "GITHUB_")
_AMBIENT_NAMES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "TF_BUILD")

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_refused: list[str] = []


def _is_loopback(host: object) -> bool:
    # None and "" are this machine's own addresses, as a listening server asks for them.
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: it sees every socket of the process, and nothing can take it out again."""
    if event in _LOOKUPS:
        host, what = arguments[0], f"name lookup of {arguments[0]!r}"
    elif event in _SENDS and arguments[0].family in (socket.AF_INET, socket.AF_INET6) and arguments[1]:
        host, what = arguments[1][0], f"{event} to {arguments[1]!r}"
    else:
        return
    if not _is_loopback(host):
        _refused.append(what)
        # Not an OSError: transports retry those, and collectors turn them into gaps.
        raise RuntimeError(f"tests reach loopback only, refused: {what}")


def pytest_configure() -> None:
    # A shell that runs us in the background has Ctrl-C ignored, here and in every process that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.addaudithook(_loopback_only)


@pytest.fixture(autouse=True)
def _names_are_refused_before_connect_looks_them_up(monkeypatch: pytest.MonkeyPatch) -> None:
    # `connect` resolves a name by itself, before the audit hook hears of it.
    for method in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, method, _judged_first(getattr(socket.socket, method)))


def _judged_first(original: Callable[..., Any]) -> Callable[..., Any]:
    def judged(self: socket.socket, address: Any) -> Any:
        _loopback_only("socket.connect", (self, address))
        return original(self, address)

    return judged


@pytest.fixture(autouse=True)
def refused_calls() -> Iterator[list[str]]:
    """What the guard refused during the test; anything left here fails it, even if the error was caught."""
    _refused.clear()
    yield _refused
    assert not _refused, f"the test tried to leave this machine: {_refused}"


@pytest.fixture(autouse=True)
def _scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_AMBIENT_PREFIXES) or name in _AMBIENT_NAMES:
            monkeypatch.delenv(name)
