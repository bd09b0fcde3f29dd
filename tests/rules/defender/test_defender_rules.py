"""All rules of the area together."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.rule import Rule
from auditor_rules.defender import RULES
from tests.rules.world import mended


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_mended_company_has_nothing_to_mend(rule: Rule[Any]) -> None:
    results = mended().judge(rule)
    assert results
    assert {result.status for result in results} <= {"pass", "not_applicable"}
