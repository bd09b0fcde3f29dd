from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config_file import load
from auditor.errors import UsageError
from auditor.model.declared import DeclaredWorkload, DocumentLevelSecurity, FixTrust
from auditor.options import parse

GROUP = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers"
OPENAI = f"{GROUP}/Microsoft.CognitiveServices/accounts/oai"
SEARCH = f"{GROUP}/Microsoft.Search/searchServices/srch"
VNET = f"{GROUP}/Microsoft.Network/virtualNetworks/hub"
GUID = "22222222-2222-2222-2222-222222222222"
WORKLOAD = f'[[workload]]\nname = "w"\nkind = "foundry"\nopenai = "{OPENAI}"\n'
WHOLE = f"""
[scan]
subscription = ["hr"]

[fix]
subscriptions = ["{GUID}"]
vnets = ["{VNET}"]
partner_tenants = []

[[workload]]
name = "hr-chat"
kind = "on-your-data"
openai = "{OPENAI}"
search = ["{SEARCH}", "{SEARCH}2"]
consumers = ["{VNET}/subnets/apps"]
developers = ["{GUID}"]
prompt_flow_users = ["{GUID}"]
document_level_security = {{ index = "hr", field = "group_ids" }}
external_hosts = ["serpapi.com"]
egress = "private"
private_feed = false

[[workload]]
name = "bare"
kind = "Prompt-Flow"
workspace = "{GROUP}/Microsoft.MachineLearningServices/workspaces/ws"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "auditor.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_file_with_every_key_becomes_what_it_declares(tmp_path: Path) -> None:
    written(tmp_path, WHOLE)
    options = parse(["scan"], {}, tmp_path).options
    assert options.subscriptions == ("hr",)
    assert options.declared.fix == FixTrust(subscriptions=(GUID,), vnets=(VNET,))
    assert options.declared.workloads == (
        DeclaredWorkload(
            name="hr-chat",
            kind="on-your-data",
            openai=(OPENAI,),
            search=(SEARCH, f"{SEARCH}2"),
            consumers=(f"{VNET}/subnets/apps",),
            developers=(GUID,),
            prompt_flow_users=(GUID,),
            document_level_security=DocumentLevelSecurity(index="hr", field="group_ids"),
            external_hosts=("serpapi.com",),
            egress="private",
            private_feed=False,
        ),
        DeclaredWorkload(
            name="bare",
            kind="prompt-flow",
            workspace=(f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ws",),
        ),
    )


def test_empty_file_declares_nothing(tmp_path: Path) -> None:
    found = load(written(tmp_path, ""))
    assert (found.workloads, found.fix, dict(found.scan.values)) == ((), FixTrust(), {})


def test_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "auditor.toml"
    file.write_bytes(b'\xef\xbb\xbf[scan]\nfail_on = "low"\n')
    assert parse(["scan"], {}, tmp_path).options.fail_on == "low"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[scan", "malformed TOML"),
        ("[scna]", "unknown key 'scna'. Did you mean scan?"),
        ("scan = 1", "[scan]: must be a table. Write it as [scan]."),
        ("[[scan]]", "[scan]: must be a table"),
        ('[scan]\nfail-onn = "low"', "[scan]: unknown key 'fail_onn'. Did you mean fail_on?"),
        ('[scan]\nsubscriptions = "a"', "Did you mean subscription?"),
        ('[scan]\nconfig = "x"', "[scan]: unknown key 'config'"),
        ("[scan]\nfixes = true", "[scan]: unknown key 'fixes'"),
        ('[scan]\nfail_on = "low"\nfail-on = "high"', "[scan] fail_on: is given twice"),
        ("[scan]\nfail_on = 1", "[scan] fail_on: must be text in quotes, is a whole number"),
        ('[scan]\nfail_on = "lo"', "[scan] fail_on: 'lo' is not one of critical, high, medium, low, never"),
        ('[scan]\nallow_empty = "true"', "[scan] allow_empty: must be true or false, is text in quotes"),
        ("[scan]\nsubscription = [1]", "[scan] subscription: must hold text in quotes only, holds a whole"),
        ("[scan]\nsubscription = 1", "[scan] subscription: must be text in quotes or a list of it"),
        ('[scan]\nmin_score = "80"', "[scan] min_score: must be a number, is text in quotes"),
        ("[scan]\nmin_score = true", "[scan] min_score: must be a number, is true or false"),
        ("[scan]\nmax_concurrency = 2.5", "[scan] max_concurrency: must be a whole number, is a number"),
        ("[scan]\ntimeout = 0", "[scan] timeout: 0 is out of range"),
        ('[scan]\nca_bundle = "none.pem"', "[scan] ca_bundle: there is no file"),
        ('[scan]\ntenant = ""', "[scan] tenant: must be text in quotes, is empty"),
        ('[fix]\nsubscription = ["x"]', "[fix]: unknown key 'subscription'. Did you mean subscriptions?"),
        ('[fix]\nsubscriptions = ["x"]', "[fix] subscriptions: 'x' is not a GUID"),
        (f'[fix]\nvnets = ["{GUID}"]', "is not the ARM id of a resource"),
        ("[fix]\npartner_tenants = 1", "[fix] partner_tenants: must be text in quotes or a list of it"),
        ("[workload]\nname = 'x'", "[workload]: must be a list, is a table. Write it as [[workload]]."),
        ("workload = [1]", "[[workload]] 1: must be a table"),
        (WORKLOAD + 'opanai = "x"', "[[workload]] 1: unknown key 'opanai'. Did you mean openai?"),
        (WORKLOAD.replace('"foundry"', '"foundri"'), "[[workload]] 1 kind: 'foundri' is not one of"),
        (
            WORKLOAD.replace('kind = "foundry"', ""),
            "[[workload]] 1 kind: is missing. Add one of on-your-data",
        ),
        (WORKLOAD.replace('name = "w"', ""), "[[workload]] 1 name: is missing"),
        (WORKLOAD.replace(OPENAI, "oai"), "[[workload]] 1 openai: 'oai' is not the ARM id of a resource"),
        (WORKLOAD.replace(OPENAI, f"/subscriptions/{GUID}"), "is not the ARM id of a resource"),
        (WORKLOAD.replace(f'openai = "{OPENAI}"', ""), "'w' names no resource. Add at least one of openai"),
        (WORKLOAD + WORKLOAD.replace('"w"', '"W"'), "[[workload]] 2 name: 'W' is taken"),
        (WORKLOAD + 'developers = ["me@example.com"]', "developers: 'me@example.com' is not a GUID"),
        (WORKLOAD + 'egress = "none"', "[[workload]] 1 egress: 'none' is not one of private, internet"),
        (WORKLOAD + "private_feed = 0", "private_feed: must be true or false, is a whole number"),
        (WORKLOAD + "document_level_security = true", "document_level_security: must be a table"),
        (
            WORKLOAD + 'document_level_security = { index = "a" }',
            "[[workload]] 1 document_level_security field: is missing",
        ),
        (WORKLOAD + 'document_level_security = { indx = "a" }', "Did you mean index?"),
    ],
)
def test_wrong_file_is_one_line_naming_file_table_and_key(text: str, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        parse(["scan"], {}, tmp_path)
    message = str(caught.value)
    assert said in message
    assert str(file) in message
    assert "\n" not in message
    assert caught.value.hint


@pytest.mark.parametrize("command", ["demo", "rules", "permissions"])
def test_wrong_key_is_refused_by_commands_that_have_no_use_for_it(command: str, tmp_path: Path) -> None:
    written(tmp_path, '[scan]\nauth = "nobody"\n')
    with pytest.raises(UsageError, match="auth: 'nobody' is not one of"):
        parse([command], {}, tmp_path)


def test_file_that_is_not_text_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_bytes(b"\xff\xfe[\x00")
    with pytest.raises(UsageError, match="not UTF-8 at byte 0"):
        parse(["scan"], {}, tmp_path)
