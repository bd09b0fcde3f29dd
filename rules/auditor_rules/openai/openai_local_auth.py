"""openai-local-auth."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import AI_ACCOUNTS


@rule(
    id="openai-local-auth",
    title="Local (key) authentication disabled",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=AI_ACCOUNTS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Disable key authentication, once every client signs in with Microsoft Entra ID: clients that"
        " still send a key are refused.",
        az="az resource update --ids {id} --set properties.disableLocalAuth=true",
    ),
    controls=controls(policy=("71ef260a-8f18-47b7-abcb-62d0673d94dc",), mcsb=("IM-1",), nist=("IA-2",)),
    sources=(
        Source(
            title="Disable local authentication in Azure AI services",
            url="https://learn.microsoft.com/azure/ai-services/disable-local-auth",
        ),
        Source(
            title="Configure Azure AI services virtual networks",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
    ),
)
def openai_local_auth(account: CognitiveAccount, view: View) -> Verdict:
    """The account accepts no keys, only Microsoft Entra tokens.

    Why
        A key names nobody, does not expire and opens the whole account. Whoever may list keys can use the
        models without any data role, and what they do cannot be traced to a person.
    Pass when
        `disableLocalAuth` is true.
    Fail when
        It is false, or absent or null, which mean that keys work. The sample app of the private GPT-4 design
        and key listing in the studio (role-developer-openai-keys) need keys: where that is wanted, waive this
        rule for the account, with an end date.
    Unknown when
        The value is neither true nor false, or the account could not be read.
    Not applicable when
        The account is being deleted.
    Evidence
        `properties.disableLocalAuth` of `Microsoft.CognitiveServices/accounts`, api-version 2025-06-01.
    Remedy
        Disable key authentication, once every client signs in with Microsoft Entra ID.
    """
    disabled = account.disable_local_auth
    if disabled.value:
        return Pass(message="key authentication is disabled", evidence=(disabled.evidence(),))
    said = "" if disabled.is_stated else ": the property is not set, which means that keys work"
    return Fail(message=f"the account accepts keys{said}", evidence=(disabled.evidence(),))
