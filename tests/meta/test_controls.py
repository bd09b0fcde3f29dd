"""Controls: ids in the form of their framework, the crosswalk to Azure Policy whole, no exposure without."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from auditor.rule import Rule
from auditor_rules.controls import CIS, MCSB, NIST, POLICY
from tests.meta.whole_audit import RULES

GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Families of NIST SP 800-53 Rev. 5; of MCSB version 1 how many controls each domain has.
FAMILIES = "AC|AT|AU|CA|CM|CP|IA|IR|MA|MP|PE|PL|PM|PS|PT|RA|SA|SC|SI|SR"
DOMAINS = {"NS": 10, "IM": 9, "PA": 8, "DP": 8, "LT": 7}
FORMS = {
    POLICY: re.compile(GUID),
    MCSB: re.compile(
        "|".join(f"{name}-({'|'.join(map(str, range(1, n + 1)))})" for name, n in DOMAINS.items())
    ),
    CIS: re.compile(r"[2-9](\.[1-9]\d?){1,3}"),
    NIST: re.compile(rf"({FAMILIES})-[1-9]\d?"),
}

LEFT_OUT = {
    "0725b4dd-7e76-479c-a735-68e7ee23d5ca": "deprecated; 037eea7a took its place",
    "e413671a-dd10-4cc1-a943-45b598596cb7": "asks for v1LegacyMode true, which the rule fails: it breaks v2",
}

SHARED = Path(__file__).parents[2].parent / "shared"


def ids_of(rule: Rule[Any], framework: str) -> list[str]:
    return [control.id for control in rule.controls if control.framework == framework]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_control_has_the_form_of_its_framework_and_stands_once(rule: Rule[Any]) -> None:
    assert [one for one in rule.controls if not FORMS[one.framework].fullmatch(one.id)] == []
    assert [one for one, times in Counter(rule.controls).items() if times > 1] == []


@pytest.mark.parametrize(
    ("framework", "wrong"),
    [
        (POLICY, "037EEA7A-bd0a-46c5-9a66-03aea78705d3"),
        (POLICY, "037eea7a"),
        (MCSB, "NS-11"),
        (MCSB, "NS-0"),
        (MCSB, "SC-7"),
        (CIS, "9.3.2.2 "),
        (CIS, "9"),
        (CIS, "9.03"),
        (NIST, "SC-07"),
        (NIST, "NS-2"),
        (NIST, "SC-7(3)"),
    ],
)
def test_form_of_a_framework_admits_no_id_of_another(framework: str, wrong: str) -> None:
    assert not FORMS[framework].fullmatch(wrong)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.rule_class == "exposure"], ids=lambda r: r.id
)
def test_exposure_answers_to_a_control_of_mcsb_and_of_nist(rule: Rule[Any]) -> None:
    assert ids_of(rule, MCSB)
    assert ids_of(rule, NIST)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the catalogue is not beside the repository")
def test_policy_of_the_crosswalk_is_answered_by_its_rule_or_left_out_with_a_reason() -> None:
    rows = json.loads((SHARED / "catalogue" / "facts.json").read_text("utf-8"))["policyCrosswalk"]
    wanted = {(row["rule"], row["policyId"]) for row in rows if row["policyId"] not in LEFT_OUT}
    answered = {(rule.id, one) for rule in RULES for one in ids_of(rule, POLICY)}
    assert wanted - answered == set()
    assert {one for _, one in answered} <= {row["policyId"] for row in rows}
    assert LEFT_OUT.keys() <= {row["policyId"] for row in rows}


def test_policy_left_out_is_answered_by_no_rule() -> None:
    assert LEFT_OUT.keys().isdisjoint(one for rule in RULES for one in ids_of(rule, POLICY))
