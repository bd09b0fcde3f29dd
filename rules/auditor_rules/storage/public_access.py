"""Whether public networks reach a storage account: judged here for the two rules that ask."""

from __future__ import annotations

from auditor.model.resources.perimeter import StoragePerimeterConfiguration
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource
from auditor.rule import Fail, Pass, Severity, Verdict, View, attempt, worst
from auditor_rules.perimeter import judge_perimeter

READS: tuple[type[Resource], ...] = (StoragePerimeterConfiguration,)


def judge_public_access(account: StorageAccount, view: View) -> Verdict:
    """Pass where public networks do not reach the account, fail where they do; the page of
    storage-public-network-access says how severe. Raises Undecided where it cannot be told.
    """
    access = account.public_network_access
    match access.value:
        case "Disabled":
            return Pass(message="public network access is disabled", evidence=(access.evidence(),))
        case "SecuredByPerimeter":
            return judge_perimeter(view, account, access, StoragePerimeterConfiguration)
        case _:
            return worst((attempt(lambda: _firewall(account)), _enabled(account)), own=Severity.HIGH)


def _enabled(account: StorageAccount) -> Fail:
    access = account.public_network_access
    said = "" if access.is_stated else ": the property is not set, which means enabled"
    return Fail(
        message=f"public network access is enabled{said}",
        evidence=(access.evidence(),),
        severity=Severity.MEDIUM,
    )


def _firewall(account: StorageAccount) -> Verdict:
    """What the firewall lets in while public network access is enabled."""
    action = account.default_action
    if action.value == "Allow":
        return Fail(
            message="the firewall lets in every network",
            evidence=(action.evidence(),),
            severity=Severity.HIGH,
        )
    lists = (account.ip_rules, account.virtual_network_rules, account.resource_access_rules)
    filled = tuple(fact for fact in lists if fact.value)
    if not filled:
        return Pass(message="the firewall denies by default and has no rule", evidence=(action.evidence(),))
    number = sum(len(fact.value) for fact in filled)
    return Fail(
        message=f"the firewall denies by default, but {number} rule{'s' * (number > 1)} let somebody in",
        evidence=tuple(fact.evidence() for fact in filled),
        severity=Severity.HIGH,
    )
