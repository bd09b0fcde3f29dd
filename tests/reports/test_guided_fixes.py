from __future__ import annotations

import copy
import json
from dataclasses import replace
from importlib import resources
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from auditor.model.document import document
from auditor.model.guided import (
    AddDnsZoneGroup,
    AddOutboundRule,
    AllowTrustedServices,
    AssignRole,
    EnableSystemIdentity,
    EndpointRule,
    Grant,
    GuidedFix,
    HostRule,
    ProvisionManagedNetwork,
)
from auditor.model.json_object import Malformed
from auditor.model.restored import restored
from auditor.model.result import AuditResult
from tests.reports.broken import objects
from tests.reports.example import OPENAI, SEARCH, STORAGE, WORKSPACE, audit

SCHEMA = json.loads(
    resources.files("auditor_reports").joinpath("schemas/report-1.0.schema.json").read_text("utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
GUID = "5c1d0f6e-0000-4000-8000-000000000001"


def grant(scope: str, kind: str | None) -> Grant:
    return Grant(scope=scope, principal_id=GUID, principal_type=kind, role=GUID, role_name="Reader")


FIXES: tuple[GuidedFix, ...] = (
    AssignRole(grants=(grant(OPENAI, "ServicePrincipal"), grant(SEARCH, None), grant(SEARCH, "Group"))),
    EnableSystemIdentity(resource=OPENAI),
    AllowTrustedServices(resource=STORAGE),
    ProvisionManagedNetwork(workspace=WORKSPACE),
    AddOutboundRule(
        workspace=WORKSPACE,
        rules=(
            HostRule(name="packages", host="packages.example"),
            EndpointRule(name="blob", resource=STORAGE, subresource="blob", spark_enabled=False),
        ),
    ),
    AddDnsZoneGroup(private_endpoint=SEARCH, group="default", zone=OPENAI),
)


def report_with(fix: GuidedFix | None) -> AuditResult:
    plain = audit()
    first, *rest = plain.results
    return replace(plain, results=(replace(first, fix=fix), *rest))


def fix_in(saved: dict[str, Any]) -> Any:
    return saved["results"][0]["fix"]


def test_every_kind_of_fix_is_tried_here() -> None:
    assert {type(fix) for fix in FIXES} == set(get_args(GuidedFix))
    kinds = SCHEMA["$defs"]["guided_fix"]["properties"]["kind"]["enum"]
    assert kinds == [fix.kind for fix in FIXES]


@pytest.mark.parametrize("fix", FIXES, ids=[fix.kind for fix in FIXES])
def test_fix_in_a_saved_report_is_read_back_as_it_was(fix: GuidedFix) -> None:
    result = report_with(fix)
    saved = json.loads(json.dumps(document(result)))
    VALIDATOR.validate(saved)
    assert fix_in(saved)["kind"] == fix.kind
    assert restored(saved) == result


@pytest.mark.parametrize("fix", FIXES, ids=[fix.kind for fix in FIXES])
def test_fix_with_a_key_too_few_or_too_many_is_refused_by_schema_and_reader(fix: GuidedFix) -> None:
    whole = document(report_with(fix))
    changed = []
    for path, found in objects(fix_in(whole)):
        for key in (*found, "surprise"):
            broken = copy.deepcopy(whole)
            inner = fix_in(broken)
            for step in path:
                inner = inner[step]
            inner[key] = "x" if key == "surprise" else inner.pop(key) and None
            if key != "surprise":
                del inner[key]
            changed.append(broken)
    assert len(changed) > 3
    for broken in changed:
        assert not VALIDATOR.is_valid(broken), fix_in(broken)
        with pytest.raises(Malformed):
            restored(broken)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "open-the-firewall", "parameters": {"resource": OPENAI}},
        {"kind": "enable-system-identity", "parameters": {"workspace": OPENAI}},
        {"kind": "enable-system-identity", "parameters": {"resource": 1}},
        {"kind": "assign-role", "parameters": {"grants": []}},
        {"kind": "add-outbound-rule", "parameters": {"workspace": WORKSPACE, "rules": [{"type": "Tag"}]}},
        "az role assignment create",
    ],
)
def test_fix_that_no_version_writes_is_refused_by_schema_and_reader(wrong: object) -> None:
    saved = document(report_with(None))
    saved["results"][0]["fix"] = wrong
    assert not VALIDATOR.is_valid(saved)
    with pytest.raises(Malformed):
        restored(saved)


def test_fix_of_a_verdict_that_is_no_failure_is_refused_by_the_reader() -> None:
    saved = document(audit())
    other = next(found for found in saved["results"] if found["status"] == "pass")
    other["fix"] = fix_in(document(report_with(FIXES[1])))
    with pytest.raises(Malformed, match="fix"):
        restored(saved)
