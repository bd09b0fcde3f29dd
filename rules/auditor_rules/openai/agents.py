"""Whether agents run on an account, as far as the account itself shows it."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount


def hosts_agents(account: CognitiveAccount) -> bool:
    """Whether it is an AI services account with projects whose agents' compute is injected into a network.

    False where a property is malformed: agents are then not evident. Agents without injected compute show
    only in the account's capability hosts, which are not read here (foundry-agent-network-injection does).
    """
    facts = (account.kind, account.allows_projects, account.network_injections)
    if any(fact.is_malformed for fact in facts):
        return False
    scenarios = {injection.scenario.meaning for injection in account.network_injections.value}
    return account.may_hold_projects and "agent" in scenarios
