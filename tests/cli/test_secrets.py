"""What lies beyond Reader is full of secrets: none of them leaves the process, by report, log or error."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from auditor import plugins
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_SEARCH
from auditor.sandbox.sample.private_app import CONTAINER_APP
from tests.cli.conftest import Serve
from tests.rules.world import World, company, mended

SENTINEL = "S3nt1nel"
STEPS = ("--data-plane", "--read-app-settings", "--all-resources", "-vv", "--fail-on", "never")
WORKLOAD = f"""
[[workload]]
name = "claims"
kind = "on-your-data"
search = "{CLAIMS_SEARCH}"
web_app = ["{CLAIMS_APP}", "{CONTAINER_APP}"]
document_level_security = {{ index = "claims", field = "group_ids" }}
"""
Form = Callable[[str], object]
FORMS: tuple[Form, ...] = (
    lambda secret: secret,
    lambda secret: f"https://user:{secret}@{secret}.example/{secret}?code={secret}#{secret}",
    lambda secret: f"https://[{secret}",
    lambda secret: f"@Microsoft.KeyVault(SecretUri=https://kv.example/{secret})",
    lambda secret: f"DefaultEndpointsProtocol=https;AccountKey={secret};ResourceId={secret}",
    lambda secret: f"ResourceId=/subscriptions/{secret}/providers/a/b/c;AccountKey={secret}",
    lambda secret: {"not": secret},
    lambda secret: [secret, {secret: secret}],
)
KEPT = (
    *("AZURE_OPENAI_RESOURCE", "AZURE_OPENAI_ENDPOINT", "OPENAI_API_URL"),
    *("AZURE_SEARCH_SERVICE", "AZURE_SEARCH_INDEX", "AZURE_SEARCH_PERMITTED_GROUPS_COLUMN"),
)


def _secrets(offset: int) -> Iterator[object]:
    """Secrets without end, each of the next form."""
    return (FORMS[number % len(FORMS)](f"{SENTINEL}{number}") for number in count(offset))


def poisoned(world: World, offset: int) -> World:
    """A secret wherever a value may be one, of another form each; objects keep their own names and kinds."""
    fresh = _secrets(offset)
    for settings in world.tenant["app_settings"].values():
        for name in (*settings, *KEPT, "AZURE_OPENAI_KEY", "APPSETTING_X"):
            settings[name] = next(fresh)
    env = [{"name": name, "value": next(fresh)} for name in (*KEPT, "KEY")]
    world.put(CONTAINER_APP, "properties.template.containers[0].env", env)
    for service in world.tenant["search_objects"].values():
        for index in service["indexes"]:
            for vectorizer in index["vectorSearch"]["vectorizers"]:
                _fill(vectorizer["azureOpenAIParameters"], fresh)
        for source in service["datasources"]:
            source["credentials"] = {"connectionString": next(fresh)}
            source["encryptionKey"] = next(fresh)
        for skillset in service["skillsets"]:
            skillset["cognitiveServices"] = {"key": next(fresh)}
            skillset["knowledgeStore"] = {"storageConnectionString": next(fresh)}
            for skill in skillset["skills"]:
                _fill(skill, fresh)
    return world


def _fill(parameters: dict[str, Any], fresh: Iterator[object]) -> None:
    for name in ("resourceUri", "apiKey", "uri", "httpHeaders"):
        parameters[name] = next(fresh)


@pytest.mark.parametrize("offset", range(0, len(FORMS), 3))
def test_no_secret_of_any_form_is_in_any_report_or_log(
    offset: int, serve: Serve, search_names: None, tmp_path: Path
) -> None:
    (tmp_path / "auditor.toml").write_text(WORKLOAD, encoding="utf-8")
    formats = [writer.name for pack in plugins.load().packs for writer in pack.writers]
    outputs = [flag for name in formats for flag in ("--format", f"{name}={tmp_path / name}.out")]
    with serve(poisoned(mended(), offset)) as cloud:
        done = cloud.scan(*STEPS, *outputs)
        asked = [request for request in cloud.log if "appsettings/list" in request.path]
        inner = [request for request in cloud.log if request.path.endswith("/datasources")]
    assert done.code in {0, 4}
    assert asked
    assert inner
    written = list(tmp_path.glob("*.out"))
    assert len(written) == len(formats) >= 2
    for text in (done.out, done.err, *(file.read_text(encoding="utf-8") for file in written)):
        assert SENTINEL.lower() not in text.lower()
    assert "answered 200" in done.err


def test_scan_with_both_steps_reads_the_services_themselves_and_the_settings(
    serve: Serve, search_names: None, tmp_path: Path
) -> None:
    (tmp_path / "auditor.toml").write_text(WORKLOAD, encoding="utf-8")
    with serve(company()) as cloud:
        without = cloud.scan("--format", "json", "--rule", "search-document-*").report
        found = cloud.scan("--format", "json", "--rule", "search-document-*", *STEPS[:2]).report
    assert found["run"]["options"]["data_plane"] is True
    assert found["run"]["options"]["read_app_settings"] is True
    assert _about_claims(without)["status"] == "unknown"
    assert "--data-plane" in _about_claims(without)["message"]
    assert _about_claims(found)["status"] == "fail"
    assert "ca-underwriting-copilot maps no field" in _about_claims(found)["message"]


def test_scan_of_a_service_whose_name_leads_nowhere_says_so_and_is_incomplete(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A private endpoint's name where no private DNS zone is linked, for one."""
    (tmp_path / "auditor.toml").write_text(WORKLOAD, encoding="utf-8")
    real = socket.getaddrinfo

    def nowhere(host: Any, *rest: Any, **options: Any) -> Any:
        if str(host).endswith(".search.localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    mapped = [{"name": KEPT[-1], "value": "group_ids"}]
    world = mended().put(CONTAINER_APP, "properties.template.containers[0].env", mapped)
    with serve(world) as cloud:
        done = cloud.scan("--format", "json", "--rule", "search-document-*", *STEPS[:2])
    assert done.code == 4
    result = _about_claims(done.report)
    assert (result["status"], result["reason"]) == ("unknown", "data-plane-unreachable")
    assert "does not answer from here" in result["message"]


def _about_claims(report: dict[str, Any]) -> dict[str, Any]:
    (found,) = [one for one in report["results"] if one["resource"] == CLAIMS_SEARCH]
    result: dict[str, Any] = found
    return result
