"""lifecycle-model-retirement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auditor.model.finding import Evidence, NotApplicable, Undecided
from auditor.model.ids import same_text
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import AccountModel, CognitiveAccount, CognitiveDeployment
from auditor.model.wire import Resource
from auditor.relate.owners import known
from auditor.rule import (
    Excluded,
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls

SHORT_NOTICE = timedelta(days=90)
# Retired models leave the account's list. Source: the retirements page below.
GONE = {("gpt-4", "0314"): datetime(2025, 6, 6, tzinfo=UTC)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployments:
    """Every deployment. Where the accounts could not be listed, their deployments were not asked for."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (CognitiveDeployment, CognitiveAccount)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[CognitiveDeployment] | Excluded]:
        for row in view.estate.listed(CognitiveDeployment):
            excluded = _no_model(row)
            yield Excluded(resource=row, verdict=excluded) if excluded else Subject(resource=row, judged=row)


def _no_model(deployment: CognitiveDeployment) -> NotApplicable | None:
    name = deployment.model_name
    if name.is_stated or name.is_malformed:
        return None
    said = "the deployment names no model"
    return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(name.evidence(),))


@rule(
    id="lifecycle-model-retirement",
    title="No retired or retiring model deployments",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=Deployments(),
    reads=(AccountModel,),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Test the successor model beside this one, move the callers, then delete this deployment. The"
        " account's models are listed with their dates by the command.",
        az="az cognitiveservices account list-models --name {account} --resource-group {group}"
        " --subscription {subscription}",
    ),
    controls=controls(nist=("SA-22",)),
    sources=(
        Source(
            title="Azure OpenAI model deprecations and retirements",
            url="https://learn.microsoft.com/azure/ai-foundry/openai/concepts/model-retirements",
        ),
        Source(
            title="Azure OpenAI legacy models",
            url="https://learn.microsoft.com/azure/ai-foundry/openai/concepts/legacy-models",
        ),
    ),
)
def lifecycle_model_retirement(deployment: CognitiveDeployment, view: View) -> Verdict:
    """The model of the deployment is not retired, and will not be within 90 days.

    Why
        After its retirement every call to the deployment is answered with an error. A workload that nobody
        moved in time stops on that day, and is then moved in haste, to a public endpoint if need be.
    Pass when
        The account's own list gives the model's inference no end within 90 days (or none at all: absent and
        null mean that no date is set), and its lifecycle status is neither Deprecating nor Deprecated.
    Fail when
        The date has passed, or the status is Deprecated, which means retired (medium). The date is less than
        90 days away, or the status is Deprecating and no date is given (low). A model that left the list is
        compared with those known to be retired: gpt-4 0314, on 2025-06-06 (medium).
    Unknown when
        The account's models could not be read, the model is in the list in no version that the deployment
        names, or its status or date is not known.
    Not applicable when
        The deployment names no model.
    Evidence
        `properties.model` of `Microsoft.CognitiveServices/accounts/deployments`, and `deprecation.inference`
        and `lifecycleStatus` of the account's `models`, api-version 2025-06-01. Dates of single SKUs are not
        looked at. Deployments that upgrade themselves when the model expires are noted.
    Remedy
        Move the callers to the successor in time.
    """
    name, version = deployment.model_name, deployment.model_version
    seen = (name.evidence(), version.evidence())
    ends = GONE.get(((name.value or "").casefold(), version.value or ""))
    if ends is not None and ends <= view.now:
        said = f"{name.value} {version.value} was retired on {ends.date()}: calls are answered with an error"
        return Fail(message=said, evidence=seen, fills=_fills(deployment))
    model = _model(deployment, view, seen)
    checks = (
        attempt(lambda: _by_date(deployment, model, view.now, seen)),
        attempt(lambda: _by_status(deployment, model, seen)),
    )
    return worst(checks, own=Severity.MEDIUM)


def _model(deployment: CognitiveDeployment, view: View, seen: tuple[Evidence, ...]) -> AccountModel:
    """The deployment's row of the account's list. Raises Undecided where there is none."""
    name, version = deployment.model_name.value or "", deployment.model_version.value or ""
    wanted = deployment.model_format.value
    for row in view.estate.children(AccountModel, deployment.scope):
        of, at = known(row.format), known(row.version)
        is_format = wanted is None or same_text(of or "", wanted)
        if is_format and same_text(row.name, name) and same_text(at or "", version):
            return row
    said = f"the account's list of models does not hold {name} {version}: when it ends is not known"
    raise Undecided(said, Reason.NOT_IN_ARM, evidence=seen)


def _by_date(
    deployment: CognitiveDeployment, model: AccountModel, now: datetime, seen: tuple[Evidence, ...]
) -> Verdict:
    ends = model.inference_ends
    evidence = (*seen, ends.evidence())
    called = f"{model.name} {model.version.value}"
    if ends.value is None:
        return Pass(message=f"{called} has no retirement date", evidence=evidence)
    day, fills = ends.value.date(), _fills(deployment)
    notes = _notes(deployment, model)
    if ends.value <= now:
        said = f"{called} was retired on {day}: calls are answered with an error"
        return Fail(message=said, evidence=evidence, fills=fills, notes=notes)
    if ends.value - now < SHORT_NOTICE:
        said = f"{called} retires on {day}, in {(ends.value - now).days} days"
        return Fail(message=said, evidence=evidence, severity=Severity.LOW, fills=fills, notes=notes)
    return Pass(message=f"{called} is served until {day}", evidence=evidence, notes=notes)


def _by_status(deployment: CognitiveDeployment, model: AccountModel, seen: tuple[Evidence, ...]) -> Verdict:
    status, ends = model.lifecycle, model.inference_ends
    evidence = (*seen, status.evidence(), ends.evidence())
    fills = _fills(deployment)
    if status.value == "Deprecated":
        said = f"{model.name} is retired (lifecycleStatus Deprecated)"
        return Fail(message=said, evidence=evidence, fills=fills)
    if status.value == "Deprecating" and not ends.is_stated:
        said = f"{model.name} is being retired, and no date is given (lifecycleStatus Deprecating)"
        return Fail(message=said, evidence=evidence, severity=Severity.LOW, fills=fills)
    return Pass(message=f"{model.name} is {status.value or 'of no stated status'}", evidence=evidence)


def _notes(deployment: CognitiveDeployment, model: AccountModel) -> tuple[str, ...]:
    option, certainty = known(deployment.upgrade_option), known(model.date_status)
    upgrades = f"the deployment upgrades itself ({option})" if option and option != "NoAutoUpgrade" else None
    tentative = "the date is tentative" if (certainty or "").casefold() == "tentative" else None
    return tuple(note for note in (upgrades, tentative) if note)


def _fills(deployment: CognitiveDeployment) -> tuple[tuple[str, str], ...]:
    return (("account", deployment.scope.name),)
