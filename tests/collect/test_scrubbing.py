"""The scrubber of live recordings: shape-valid, stable, keyed, and closed to what it does not know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.collect.refusal import from_answer
from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.wire import decode
from tests.collect.scenarios import rows_of_the_sample, sample_file
from tests.collect.scrubbing import KNOWN_GUIDS, Scrubber, is_fake_guid

SCRUBBER = Scrubber(key=b"a key of these tests")
S = "5c1f3a52-9d1c-4a3e-8a49-0c2b6d1f7e11"
ACCOUNT = (
    f"/subscriptions/{S}/resourceGroups/rg-secret-plan/providers/Microsoft.CognitiveServices/accounts/oai-x"
)
NAME = re.compile(r"n[0-9a-f]{12}")
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def test_guid_is_mapped_to_a_stable_guid_whatever_its_case() -> None:
    fake = SCRUBBER.guid(S)
    assert is_fake_guid(fake)
    assert fake == SCRUBBER.guid(S.upper()) == SCRUBBER.guid(fake)
    assert fake != Scrubber(key=b"another key").guid(S)


def test_guid_of_azure_itself_is_kept() -> None:
    assert {SCRUBBER.guid(guid) for guid in KNOWN_GUIDS} == KNOWN_GUIDS


def test_arm_id_keeps_its_types_and_loses_its_names() -> None:
    found = ArmId.parse(SCRUBBER.arm_id(ACCOUNT))
    assert found.resource_type == "Microsoft.CognitiveServices/accounts"
    assert is_fake_guid(found.subscription_id or "")
    assert NAME.fullmatch(found.name)
    assert NAME.fullmatch(found.resource_group or "")
    assert SCRUBBER.arm_id(ACCOUNT.lower()).lower() == found.key


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "/"),
        ("/subscriptions", "/subscriptions"),
        (
            "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
            "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
        ),
        (
            "/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com",
            "/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com",
        ),
    ],
)
def test_arm_id_of_azure_itself_is_kept(path: str, kept: str) -> None:
    assert SCRUBBER.arm_id(path) == kept


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("oai-x.openai.azure.com", r"n\w{12}\.openai\.azure\.com"),
        ("oai-x.privatelink.openai.azure.com", r"n\w{12}\.privatelink\.openai\.azure\.com"),
        ("st.blob.core.windows.net", r"n\w{12}\.blob\.core\.windows\.net"),
        ("intranet.contoso.com", r"n\w{12}\.example"),
        ("evilazure.com", r"n\w{12}\.example"),
    ],
)
def test_host_keeps_azures_part_alone(host: str, pattern: str) -> None:
    assert re.fullmatch(pattern, SCRUBBER.host(host))


def test_host_and_id_of_one_resource_stay_related() -> None:
    assert SCRUBBER.host("oai-x.openai.azure.com").startswith(
        SCRUBBER.arm_id(ACCOUNT).rpartition("/")[2] + "."
    )


def test_url_keeps_api_version_and_maps_filter_and_token_alike_in_request_and_link() -> None:
    url = (
        f"https://management.azure.com{ACCOUNT}?$filter=assignedTo('{S}')&api-version=2022-04-01"
        "&$skiptoken=eyJuYW1lIjoicmctc2VjcmV0LXBsYW4ifQ"
    )
    found = SCRUBBER.url(url)
    assert found.startswith(f"https://management.azure.com/subscriptions/{SCRUBBER.guid(S)}/")
    assert "api-version=2022-04-01" in found
    assert SCRUBBER.guid(S) in found
    assert "eyJ" not in found
    assert S not in found
    assert json.loads(SCRUBBER.body(json.dumps({"nextLink": url}).encode()))["nextLink"] == found


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ("createdBy", "someone@contoso.com"),
        ("description", "ask Kim in finance"),
        ("displayName", "Contoso payroll"),
        ("somethingNew", "a property that did not exist when this was written"),
        ("etag", 'W/"1234"'),
        ("primaryKey", "A" * 88),
        ("value", "52.1.2.3"),
        ("fqdn", "payroll.contoso.com"),
    ],
)
def test_text_that_is_not_vocabulary_is_replaced(member: str, text: str) -> None:
    found = SCRUBBER.text(member, text)
    assert found == SCRUBBER.text(member, text)
    assert text.lower() not in found.lower()
    assert not set(re.findall(r"[a-z]{4,}", text.lower())) & set(re.findall(r"[a-z]{4,}", found)) - {
        "example"
    }


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ("publicNetworkAccess", "Disabled"),
        ("createdAt", "2025-03-11T08:14:52.1234567Z"),
        ("privateIPAddress", "10.1.2.3"),
        ("addressPrefix", "10.1.0.0/16"),
        ("type", "Microsoft.Search/searchServices"),
        ("actions", "Microsoft.Search/searchServices/read"),
    ],
)
def test_text_of_azures_vocabulary_is_kept(member: str, text: str) -> None:
    assert SCRUBBER.text(member, text) == text


@pytest.mark.parametrize(
    ("text", "kept"), [("52.1.2.0/24", "/24"), ("2603:1030::/48", "/48"), ("52.1.2.3", "")]
)
def test_public_network_becomes_a_documentation_network_of_the_same_length(text: str, kept: str) -> None:
    found = SCRUBBER.text("value", text)
    assert found.startswith(("203.0.113.", "2001:db8::"))
    assert found.endswith(kept)
    assert ("/" in found) == bool(kept)


def test_keys_that_somebody_chose_are_mapped_and_tags_dropped() -> None:
    found = SCRUBBER.value(
        "",
        {
            "tags": {"costCentre": "payroll"},
            "identity": {"userAssignedIdentities": {ACCOUNT: {"clientId": S}}},
            "outboundRules": {"to-payroll": {"type": "FQDN", "destination": "payroll.contoso.com"}},
        },
    )
    assert found["tags"] == {}
    assert list(found["identity"]["userAssignedIdentities"]) == [SCRUBBER.arm_id(ACCOUNT)]
    assert list(found["outboundRules"]) == [SCRUBBER.name("to-payroll")]


def test_refusal_keeps_the_missing_action_and_nothing_else() -> None:
    message = (
        f"The client 'kim@contoso.com' with object id '{S}' does not have authorization to perform action "
        f"'Microsoft.Search/searchServices/read' over scope '{ACCOUNT}' or the scope is invalid."
    )
    body = SCRUBBER.body(json.dumps({"error": {"code": "AuthorizationFailed", "message": message}}).encode())
    failure = from_answer(403, json.loads(body))
    assert failure.action == "Microsoft.Search/searchServices/read"
    assert failure.code == "AuthorizationFailed"
    assert b"contoso" not in body
    assert S.encode() not in body
    assert SCRUBBER.body(b'{"error": {"message": "ask Kim"}}') == b'{"error": {"message": "scrubbed"}}'


def test_body_that_is_not_json_is_replaced_whole() -> None:
    assert SCRUBBER.body(b"<html>kim@contoso.com</html>") == b"not JSON, scrubbed"


def test_scrubbed_tenant_holds_no_name_of_the_real_one_and_still_decodes() -> None:
    """The sample tenant plays the live one: none of its names and ids may survive."""
    sample = sample_file()
    scrubbed: list[dict[str, Any]] = [SCRUBBER.value("", row) for row in sample["resources"]]
    text = json.dumps(scrubbed).lower()
    own = {found for found in GUID.findall(json.dumps(sample).lower()) if found not in KNOWN_GUIDS}
    assert own & set(GUID.findall(text)) == set()
    assert all(is_fake_guid(found) for found in set(GUID.findall(text)) - KNOWN_GUIDS)
    assert re.findall(r"norrland|claims|underwrit|actuar|rg-\w+", text) == []
    accounts = [row for row in scrubbed if row["type"] == CognitiveAccount.ARM_TYPE]
    assert len(accounts) == rows_of_the_sample(CognitiveAccount)
    for row in accounts:
        decoded = decode(CognitiveAccount, row, ArmId.parse("/"))
        assert decoded.malformed == ()
        assert decoded.resource.default_action.value == "Deny"
        subdomain = decoded.resource.custom_subdomain.value or ""
        assert (decoded.resource.endpoint.value or "").startswith(f"https://{subdomain}.")


def test_live_recording_without_its_key_says_which_variable_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from tests.collect.record import main

    assert main(["--live", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "set CASSETTE_KEY to a secret of your own that decides the fakes\n"
    assert list(tmp_path.iterdir()) == []
