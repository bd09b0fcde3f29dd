from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# Documentation addresses (RFC 5737, RFC 3849): were the guard gone, nobody would answer there.
OUTSIDE = [("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6), ("example.com", socket.AF_INET)]


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
@pytest.mark.parametrize(("host", "family"), OUTSIDE)
def test_connection_to_another_machine_is_refused(
    method: str, host: str, family: socket.AddressFamily, refused_calls: list[str]
) -> None:
    with closing(socket.socket(family)) as outbound, pytest.raises(RuntimeError, match="loopback only"):
        getattr(outbound, method)((host, 443))
    assert len(refused_calls) == 1
    refused_calls.clear()


@pytest.mark.parametrize("host", ["example.com", b"example.com", "localhost.example.com", "192.0.2.1"])
def test_lookup_of_another_machine_is_refused(host: str | bytes, refused_calls: list[str]) -> None:
    with pytest.raises(RuntimeError, match="name lookup"):
        socket.getaddrinfo(host, 443)
    refused_calls.clear()


@pytest.mark.parametrize("lookup", ["gethostbyname", "gethostbyname_ex"])
def test_lookup_by_the_older_calls_is_refused(lookup: str, refused_calls: list[str]) -> None:
    with pytest.raises(RuntimeError, match="name lookup"):
        getattr(socket, lookup)("example.com")
    refused_calls.clear()


def test_datagram_to_another_machine_is_refused(refused_calls: list[str]) -> None:
    with (
        closing(socket.socket(type=socket.SOCK_DGRAM)) as outbound,
        pytest.raises(RuntimeError, match="loopback only"),
    ):
        outbound.sendto(b"", ("192.0.2.1", 53))
    refused_calls.clear()


def test_create_connection_to_another_machine_is_refused(refused_calls: list[str]) -> None:
    with pytest.raises(RuntimeError, match="loopback only"):
        socket.create_connection(("example.com", 443), timeout=1)
    refused_calls.clear()


def test_loopback_connection_and_lookup_pass() -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(socket.create_connection(server.getsockname(), timeout=5)) as client,
    ):
        assert client.getpeername() == server.getsockname()
    assert socket.getaddrinfo("localhost", 443)


def test_refusal_that_was_swallowed_still_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run_beside_our_conftest(
        pytester,
        """
        import contextlib, socket
        def test_quiet():
            with contextlib.suppress(Exception):
                socket.getaddrinfo("example.com", 443)
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*tried to leave this machine*"])


@pytest.mark.parametrize(
    "name",
    [
        "AZURE_CLIENT_SECRET",
        "ARM_TENANT_ID",
        "MSI_ENDPOINT",
        "IDENTITY_HEADER",
        "AUDITOR_FAIL_ON",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ],
)
def test_ambient_variable_is_dropped(
    name: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "ambient")
    monkeypatch.setenv("UNRELATED", "kept")
    result = run_beside_our_conftest(
        pytester,
        f"""
        import os
        def test_scrubbed():
            assert "{name}" not in os.environ
            assert os.environ["UNRELATED"] == "kept"
        """,
    )
    result.assert_outcomes(passed=1)


def run_beside_our_conftest(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makeconftest((Path(__file__).parents[1] / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider")
