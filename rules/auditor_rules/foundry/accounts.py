"""Foundry accounts as subjects, and where their agents' compute runs."""

from __future__ import annotations

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount, NetworkInjection
from auditor.model.resources.foundry import (
    AccountCapabilityHost,
    CapabilityHost,
    FoundryProject,
    ProjectCapabilityHost,
)
from auditor.model.wire import Resource
from auditor_rules.subjects import Each, not_judged

HOST_READS: tuple[type[Resource], ...] = (AccountCapabilityHost, FoundryProject, ProjectCapabilityHost)


def not_foundry(account: CognitiveAccount) -> NotApplicable | None:
    """Accounts that can hold no projects, and those that are going."""
    kind, allows = account.kind, account.allows_projects
    if (excluded := not_judged(account)) is not None:
        return excluded
    if not kind.is_malformed and (kind.value or "").casefold() != "aiservices":
        said = f"an account of kind {kind.value} holds no agents"
        return NotApplicable(message=said, reason=Reason.KIND, evidence=(kind.evidence(),))
    if not allows.is_malformed and not allows.value:
        said = "the account does not allow projects, so no agents run on it"
        return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(allows.evidence(),))
    return None


FOUNDRY_ACCOUNTS = Each(of=CognitiveAccount, excludes=not_foundry)


def agent_injections(account: CognitiveAccount) -> tuple[NetworkInjection, ...]:
    """Where the account says that its agents run. Raises Undecided where it is malformed."""
    return tuple(one for one in account.network_injections.value if one.scenario.value == "agent")


def capability_hosts(estate: Estate, account: CognitiveAccount) -> tuple[CapabilityHost, ...]:
    """Those of the account and of its projects: that there is one says that agents run. Touches HOST_READS.

    Raises NotRead where one of the lists could not be read.
    """
    projects = estate.children(FoundryProject, account.id)
    lists = (estate.children(ProjectCapabilityHost, project.id) for project in projects)
    own = estate.children(AccountCapabilityHost, account.id)
    return (*own, *(host for hosts in lists for host in hosts))
