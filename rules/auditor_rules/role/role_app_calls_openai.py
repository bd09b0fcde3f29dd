"""role-app-calls-openai."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.wire import Fact
from auditor.relate.actions import unstated
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import NotApplicable, Severity, Source, Verdict, View, attempt, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, best_of, judge_grant
from auditor_rules.subjects import Pair, Pairs

App = Site | ContainerApp

_DEPLOYMENTS = "Microsoft.CognitiveServices/accounts/OpenAI/deployments"
_ROLE = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
_ROLE_NAME = "Cognitive Services OpenAI User"
NEED = Need(
    requirement=Requirement(data_actions=(f"{_DEPLOYMENTS}/chat/completions/action",)),
    to_do="call chat completions of the Azure OpenAI account",
    role=_ROLE,
    role_name=_ROLE_NAME,
)
ON_YOUR_DATA = Need(
    requirement=Requirement(
        data_actions=(
            f"{_DEPLOYMENTS}/chat/completions/action",
            f"{_DEPLOYMENTS}/extensions/chat/completions/action",
        )
    ),
    to_do="call chat completions of the Azure OpenAI account, On Your Data included",
    role=_ROLE,
    role_name=_ROLE_NAME,
)

_CALLERS: Pairs[CognitiveAccount, App] = Pairs(
    targets=CognitiveAccount,
    target_role="openai",
    partners=Site,
    also=(ContainerApp,),
    partner_role="web_app",
    kinds=("on-your-data", "private-openai"),
    lone="no web app or container app is known to call this account",
)


@rule(
    id="role-app-calls-openai",
    title="The application may call Azure OpenAI",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=_CALLERS,
    reads=PERMISSION_READS,
    profiles=("on-your-data", "private-openai"),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Role-based access control for Azure OpenAI",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_app_calls_openai(pair: Pair[CognitiveAccount, App], view: View) -> Verdict:
    """An identity of the web app or container app may call the Azure OpenAI account.

    Why
        An app that calls the account with its identity holds no secret. Where the grant is missing, calls
        fail with 401 or 403 and an API key in the app's settings is the usual way out.
    Pass when
        The app's system-assigned identity or one of its user-assigned ones holds the data action
        `OpenAI/deployments/chat/completions/action` on the account; for On Your Data also
        `OpenAI/deployments/extensions/chat/completions/action`. By any role, made there or above, directly or
        through a group. One identity must hold all of it; which one the app signs in with is not to be seen.
    Fail when
        None of the app's identities holds it, or a deny assignment takes it away. Owner and Contributor hold
        no data action.
    Unknown when
        It is granted only under an ABAC condition, the object id of a user-assigned identity is not stated,
        assignments, definitions or deny assignments could not be read, or that the app calls the account is
        only suggested.
    Not applicable when
        No app is known to call the account (an app without any grant leaves no trace in ARM: declare the
        workload), or the app has no identity at all and so could only sign in with a key.
    Evidence
        The app's `identity`; role assignments that reach each identity (`assignedTo()`), their role
        definitions and deny assignments, api-version 2022-04-01. Eligible-only assignments do not count;
        roles are known by their GUID. Application settings are not read. The role entered the documentation
        of On Your Data in a later revision; earlier ones let the app use a key.
    Remedy
        Assign Cognitive Services OpenAI User to the identity that the app uses, on the account.
    """
    app, account = pair.partner, pair.target
    found = tuple(_identities(app))
    if not found:
        return NotApplicable(
            message=f"{app.name} has no managed identity, so it could only sign in with a key",
            reason=Reason.NO_IDENTITY,
            evidence=(app.identity.type.evidence(),),
            notes=_key_conflict(account, app),
        )
    need = ON_YOUR_DATA if pair.workload.kind == "on-your-data" else NEED
    return best_of(attempt(partial(_may_call, view, account, name, said, need)) for name, said in found)


def _identities(app: App) -> Iterator[tuple[str, Fact[str | None]]]:
    """Every identity of the app: how people call it, and its object id."""
    if app.identity.has_system_identity:
        yield f"the identity of {app.name}", app.identity.principal_id
    for assigned in app.identity.user_assigned.value:
        yield f"the identity {assigned.key.rpartition('/')[2]} of {app.name}", assigned.principal_id


def _may_call(
    view: View, account: CognitiveAccount, name: str, principal: Fact[str | None], need: Need
) -> Verdict:
    if not principal.value:
        raise unstated(principal)
    return judge_grant(view, account, name, principal.value, need)


def _key_conflict(account: CognitiveAccount, app: App) -> tuple[str, ...]:
    """What keys being on or off at the account means for an app that can use nothing else."""
    if account.disable_local_auth.is_malformed:
        return ()
    if account.disable_local_auth.value:
        return (f"{account.name} refuses keys, so {app.name} cannot call it without an identity",)
    return (f"keys of {account.name} cannot be switched off (openai-local-auth) while {app.name} needs one",)
