"""`auditor scan` over TLS, from the sign-in to the report, and every way in which that can go wrong."""

from __future__ import annotations

import base64
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.entra import access_token
from tests.cli.conftest import Auditor, Outcome, Serve, without_run
from tests.rules.world import World, company, mended

UNKNOWN_GUID = "00000000-0000-4000-8000-00000000dead"


def empty(*resources: dict[str, Any]) -> World:
    """A tenant with one subscription and nothing in it but what is given."""
    world = mended()
    world.tenant["subscriptions"] = world.tenant["subscriptions"][:1]
    world.tenant["management_groups"] = []
    world.tenant["resources"] = list(resources)
    return world


def answering(world: World, pattern: str, status: int, body: object = None) -> World:
    world.refuse(pattern, status, "")
    world.tenant["faults"][-1].update(body=body, code=None)
    return world


def test_scan_of_the_served_sample_reports_what_the_demo_does(serve: Serve) -> None:
    with serve(company()) as cloud:
        live = cloud.scan("--format", "json", "--max-concurrency", "7")
        demo = cloud.auditor("demo", "--format", "json")
    assert (live.code, demo.code) == (1, 1)
    assert without_run(live.report) == without_run(demo.report)
    assert live.report["run"]["cloud"] == "Sandbox"
    assert live.report["run"]["options"]["max_concurrency"] == 7


def test_scan_trusts_the_authority_that_the_environment_names(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        with serve(company()) as cloud, monkeypatch.context() as patched:
            patched.setenv(variable, str(cloud.server.ca_file))
            assert cloud.scan("-q", "--rule", "openai-public-*", trust=False).code == 1


def nothing_audited(done: Outcome, *said: str) -> None:
    """Exit 3, one line on stderr that holds all of `said`, and a report that says why."""
    assert done.code == 3
    assert done.err.count("\n") == 1
    assert done.err.startswith("auditor: ")
    assert "Traceback" not in done.err
    for part in said:
        assert part in done.err
    assert done.report["unaudited"] == done.err.removeprefix("auditor: ").rstrip("\n")
    assert done.report["results"] == []
    assert done.report["score"]["grade"] == "–"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("AZURE_CLIENT_SECRET", "wrong", ("sign-in failed: AADSTS7000215", "Check AZURE_TENANT_ID")),
        ("AZURE_CLIENT_ID", UNKNOWN_GUID, ("AADSTS700016", UNKNOWN_GUID)),
        ("AZURE_TENANT_ID", UNKNOWN_GUID, ("AADSTS90002", UNKNOWN_GUID)),
        ("AZURE_TENANT_ID", "not a tenant", ("sign-in failed: Invalid tenant ID", "AZURE_TENANT_ID")),
        ("AZURE_CLIENT_SECRET", "", ("sign-in failed: ", "AZURE_CLIENT_SECRET")),
    ],
)
def test_sign_in_that_fails_says_what_entra_said_and_what_to_check(
    variable: str, value: str, said: tuple[str, ...], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(company()) as cloud:
        monkeypatch.setenv(variable, value)
        nothing_audited(cloud.scan("--format", "json", "-q"), *said)


def test_tenant_flag_beats_the_tenant_of_the_environment(serve: Serve) -> None:
    world = company()
    with serve(world) as cloud:
        nothing_audited(cloud.scan("--format", "json", "-q", "--tenant", UNKNOWN_GUID), UNKNOWN_GUID)
        own = cloud.scan("--format", "json", "-q", "--tenant", world.tenant["tenant_id"])
    assert own.code == 1


def test_sign_in_to_another_tenant_than_was_asked_for_is_refused(serve: Serve) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"tid": UNKNOWN_GUID}).encode()).decode().rstrip("=")
    token = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"e30.{claims}.e30"}
    world = answering(company(), "/oauth2/v2.0/token", 200, token)
    wanted = world.tenant["tenant_id"]
    with serve(world) as cloud:
        done = cloud.scan("--format", "json", "-q", "--tenant", wanted)
    nothing_audited(done, f"the sign-in is to tenant {UNKNOWN_GUID}, not to {wanted}", "--tenant")


def test_log_of_a_scan_at_its_most_talkative_holds_no_secret(serve: Serve) -> None:
    with serve(company()) as cloud:
        done = cloud.scan("-vv")
        token = access_token(cloud.server.arm.tenant)
        secret = cloud.server.arm.tenant.principal.client_secret
    assert done.code == 1
    assert "info auditor.scan: auditing norrland-ai-prod, norrland-hub, norrland-legacy\n" in done.err
    assert f"debug auditor.collect.arm: {cloud.server.url}/subscriptions?" in done.err
    assert token not in done.err + done.out
    assert secret not in done.err + done.out


def test_sign_in_that_fails_with_verbose_shows_a_traceback_above_the_line(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(company()) as cloud:
        monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
        done = cloud.scan("-v")
    assert done.code == 3
    assert "Traceback (most recent call last):" in done.err
    assert done.err.splitlines()[-1].startswith("auditor: sign-in failed: AADSTS7000215")


HTML = "<html><body>Sign in to the hotel's network</body></html>"
METADATA = "^/metadata/endpoints"


@pytest.mark.parametrize(
    ("pattern", "status", "body", "said"),
    [
        ("^/subscriptions", 401, None, ("subscriptions could not be listed", "Check the endpoint")),
        ("^/subscriptions", 403, None, ("subscriptions could not be listed", "Check the endpoint")),
        ("^/subscriptions", 200, HTML, ("the answer is an HTML page, not JSON", "Check the endpoint")),
        ("^/subscriptions", 200, {"value": []}, ("sees no subscription", "Reader role")),
        ("^/subscriptions", 200, {"value": 7}, ("no list under `value`",)),
        ("^/subscriptions", 200, ["x"], ("not a JSON object",)),
        (METADATA, 200, HTML, ("localhost", "does not describe itself", "--arm-endpoint")),
        (METADATA, 200, {"authentication": []}, ("does not describe itself", "--arm-endpoint")),
        (METADATA, 500, None, ("does not describe itself", "--arm-endpoint")),
        ("/oauth2/v2.0/token", 200, HTML, ("sign-in failed", "AZURE_TENANT_ID")),
    ],
)
def test_answer_that_leads_nowhere_is_one_line_and_exit_3(
    pattern: str, status: int, body: object, said: tuple[str, ...], serve: Serve
) -> None:
    with serve(answering(company(), pattern, status, body)) as cloud:
        nothing_audited(cloud.scan("--format", "json", "-q"), *said)


def test_endpoint_that_nobody_serves_is_one_line_and_exit_3(auditor: Auditor) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        way = ("--arm-endpoint", f"https://localhost:{port}", "--auth", "environment")
        done = auditor("scan", *way, "--format", "json", "-q")
    nothing_audited(done, f"https://localhost:{port} does not answer", "Check --arm-endpoint")


def test_certificate_that_is_not_trusted_names_the_option_that_helps(serve: Serve) -> None:
    with serve(company()) as cloud:
        done = cloud.scan("--format", "json", "-q", trust=False)
    nothing_audited(done, "certificate of https://localhost", "is not trusted", "--ca-bundle FILE")


def test_bundle_that_holds_no_certificate_is_one_line_and_exit_3(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", encoding="utf-8")
    with serve(company()) as cloud:
        done = cloud.scan("--ca-bundle", "ca.pem", "--format", "json", "-q", trust=False)
    nothing_audited(done, "CA bundle ca.pem cannot be used", "PEM file")


def test_endpoint_without_tls_is_a_usage_error_and_nothing_leaves(auditor: Auditor, tmp_path: Path) -> None:
    done = auditor("scan", "--arm-endpoint", "http://localhost:9", "--format", "json=report.json")
    assert (done.code, done.out) == (2, "")
    assert "--arm-endpoint: 'http://localhost:9' is not an https address." in done.err
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


NETWORK: dict[str, Any] = {
    "id": "/subscriptions/{}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v",
    "name": "v",
    "type": "Microsoft.Network/virtualNetworks",
    "location": "swedencentral",
    "properties": {"subnets": []},
}


def unrelated() -> World:
    world = empty()
    network_id = NETWORK["id"].format(world.tenant["subscriptions"][0]["subscriptionId"])
    return world.add({**NETWORK, "id": network_id})


def no_subscriptions() -> World:
    world = empty()
    world.tenant["subscriptions"] = []
    return world


@pytest.mark.parametrize("world", [empty, unrelated])
def test_scope_without_ai_resources_is_exit_3_unless_allowed(world: Any, serve: Serve) -> None:
    with serve(world()) as cloud:
        refused = cloud.scan("--format", "json", "-q")
        allowed = cloud.scan("--format", "json", "-q", "--allow-empty")
    nothing_audited(refused, "no resource of interest in scope", "--allow-empty")
    assert allowed.code == 0
    assert without_run(allowed.report) == without_run(refused.report)


def test_tenant_without_subscriptions_is_exit_3_even_where_empty_is_allowed(serve: Serve) -> None:
    with serve(no_subscriptions()) as cloud:
        done = cloud.scan("--format", "json", "-q", "--allow-empty")
    nothing_audited(done, "the credential sees no subscription", "Reader role", "--tenant")


def test_report_file_of_an_audit_that_could_not_begin_says_why(serve: Serve, tmp_path: Path) -> None:
    with serve(no_subscriptions()) as cloud:
        done = cloud.scan("--format", "json=report.json", "-q")
    assert (done.code, done.out) == (3, "")
    assert "sees no subscription" in json.loads((tmp_path / "report.json").read_text("utf-8"))["unaudited"]
    assert [found.name for found in tmp_path.iterdir()] == ["report.json"]
