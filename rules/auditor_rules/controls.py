"""Frameworks that rules answer to, by the names that reports carry.

Policies: https://github.com/Azure/azure-policy, by the GUID of the definition. MCSB: version 1,
https://learn.microsoft.com/security/benchmark/azure/overview. What each was checked against, and which rules
answer to no control on purpose, is in docs/verification.md.
"""

from __future__ import annotations

from auditor.rule import Control

POLICY = "Azure Policy"
MCSB = "MCSB"
CIS = "CIS Microsoft Azure Foundations Benchmark v5.0.0"
NIST = "NIST SP 800-53 Rev. 5"


def controls(
    *,
    policy: tuple[str, ...] = (),
    mcsb: tuple[str, ...] = (),
    cis: tuple[str, ...] = (),
    nist: tuple[str, ...] = (),
) -> tuple[Control, ...]:
    """The controls of a rule, ids by framework: those that ask for what the rule asks for."""
    by_framework = ((POLICY, policy), (MCSB, mcsb), (CIS, cis), (NIST, nist))
    return tuple(Control(framework=name, id=one) for name, ids in by_framework for one in ids)
