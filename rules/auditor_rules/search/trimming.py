"""Trimming of search results by the reader's groups: is the field there, and does the app filter by it?"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import ABSENT, Evidence, NotApplicable
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.app import Site
from auditor.model.resources.app_settings import AppSettings, ContainerAppSettings, SiteSettings
from auditor.model.resources.search_objects import IndexField, SearchIndex
from auditor.relate.owners import known
from auditor.rule import Fail, Pass, Unknown, Verdict
from auditor_rules.search.indexers import inside

GROUPS = "Collection(Edm.String)"
SETTING = "AZURE_SEARCH_PERMITTED_GROUPS_COLUMN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimming:
    """An index of a service and the field by which it is meant to be trimmed.

    `apps` are the declared web apps and container apps; empty: none was declared.
    """

    service: ArmId
    index: str
    field: str
    apps: tuple[ArmId, ...]


def judge_field(estate: Estate, trimming: Trimming) -> Verdict:
    """Whether the index has the field in the form that the filter needs. Raises Undecided."""
    rows = inside(estate, SearchIndex, trimming.service)
    index = next((row for row in rows if same_text(row.name, trimming.index)), None)
    if index is None:
        missing = Evidence(resource=trimming.service.text, path=f"indexes.{trimming.index}", value=ABSENT)
        return Fail(message=f"the service has no index {trimming.index}", evidence=(missing,))
    # Filters are case-sensitive, so another spelling is another field.
    field = next((one for one in index.fields.value if one.name.value == trimming.field), None)
    if field is None:
        missing = Evidence(resource=index.id.text, path=f"fields.{trimming.field}", value=ABSENT)
        said = f"the index {index.name} has no field {trimming.field}: nothing can be trimmed by it"
        return Fail(message=said, evidence=(missing,))
    return _judge_form(index, field)


def _judge_form(index: SearchIndex, field: IndexField) -> Verdict:
    seen = (field.type.evidence(), field.filterable.evidence())
    name = f"the field {field.name.value} of the index {index.name}"
    if field.type.value != GROUPS:
        said = f"{name} is {field.type.value or 'of no stated type'}, not {GROUPS}: it cannot hold groups"
        return Fail(message=said, evidence=seen)
    if field.filterable.value is None:
        return Unknown(message=f"{name} does not say whether it is filterable", reason=Reason.AMBIGUOUS)
    if not field.filterable.value:
        return Fail(message=f"{name} is not filterable: no request can be trimmed by it", evidence=seen)
    return Pass(message=f"{name} is filterable", evidence=seen)


def judge_mapping(estate: Estate, trimming: Trimming, app: ArmId) -> Verdict:
    """Whether an app names the field; not applicable where it is set to another index. Raises Undecided."""
    settings = _settings(estate, app)
    index = known(settings.search_index)
    if index is not None and index.value and not same_text(index.value, trimming.index):
        return NotApplicable(message=f"{app.name} uses another index", reason=Reason.NOT_RELATED)
    fact = settings.permitted_groups
    mapped, seen = fact.value, (fact.evidence(),)
    if mapped is None or mapped.value == "":
        state = "empty" if mapped else "absent"
        said = f"{app.name} maps no field: {SETTING} is {state}, so nothing is trimmed"
        return Fail(message=said, evidence=seen)
    if mapped.value is None:
        said = f"{app.name} takes {SETTING} from a secret, which is not read"
        return Unknown(message=said, reason=Reason.NOT_IN_ARM, evidence=seen)
    if mapped.value != trimming.field:
        return Fail(message=f"{app.name} maps another field than {trimming.field}", evidence=seen)
    return Pass(message=f"{app.name} maps the field {trimming.field}", evidence=seen)


def _settings(estate: Estate, app: ArmId) -> AppSettings:
    found: AppSettings | None
    if same_text(app.resource_type or "", Site.ARM_TYPE):
        found = estate.find(SiteSettings, app.child("config", "appsettings"))
    else:
        found = estate.find(ContainerAppSettings, app)
    assert found is not None, "what is read by its id is there or raises"
    return found
