"""Settings of web apps and container apps: a handful of names that say what an app calls, and no other.

Settings hold secrets. Decoding keeps those named here alone, and none of them as evidence: what is printed is
that a setting names a resource or field that is known anyway, never what it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.wire import Fact, Misfit, Resource, withheld

SAMPLE: Final = "https://github.com/microsoft/sample-app-aoai-chatGPT/blob/main/.env.sample"
REFERENCES: Final = "https://learn.microsoft.com/azure/app-service/app-service-key-vault-references"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a setting says; None where it refers to a secret elsewhere, whose value is nobody's to look up."""

    value: str | None = field(repr=False)


def _setting(raw: object) -> Setting:
    if not isinstance(raw, str):
        raise Misfit("text")
    return Setting(value=None if raw.strip().lower().startswith("@microsoft.keyvault(") else raw.strip())


def _variable(name: str) -> Callable[[object], Setting | None]:
    """Finds one variable in the lists of all containers, which must agree on it."""

    def means(raw: object) -> Setting | None:
        entries = (entry for of_container in _list(raw) for entry in _list(of_container))
        found = {_entry(entry) for entry in entries if _is_named(entry, name)}
        if len(found) > 1:
            raise Misfit("one value for all containers", Reason.AMBIGUOUS)
        return found.pop() if found else None

    return means


def _list(raw: object) -> list[object]:
    if raw is not None and not isinstance(raw, list):
        raise Misfit("a list")
    return raw or []


def _is_named(entry: object, name: str) -> bool:
    if not isinstance(entry, dict):
        raise Misfit("a list of variables")
    return entry.get("name") == name


def _entry(entry: Any) -> Setting:
    """A variable without a value refers to a secret of the app (`secretRef`)."""
    return Setting(value=None) if entry.get("value") is None else _setting(entry["value"])


def _of_site(name: str) -> Any:
    return withheld(f"properties.{name}", _setting, source=SAMPLE)


def _of_container_app(name: str) -> Any:
    path = "properties.template.containers[].env"
    return withheld(path, _variable(name), named=f".{name}", source=SAMPLE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AppSettings(Resource):
    """The settings of one app. `scope` is this object itself."""

    openai_resource: Fact[Setting | None]
    openai_endpoint: Fact[Setting | None]
    openai_api_url: Fact[Setting | None]
    search_service: Fact[Setting | None]
    search_index: Fact[Setting | None]
    permitted_groups: Fact[Setting | None]

    @property
    def app(self) -> ArmId:
        """The site or container app whose settings these are."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteSettings(AppSettings):
    """`sites/{s}/config/appsettings`, which ARM lists only to who may list secrets."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/sites/config/appsettings"

    openai_resource: Fact[Setting | None] = _of_site("AZURE_OPENAI_RESOURCE")
    openai_endpoint: Fact[Setting | None] = _of_site("AZURE_OPENAI_ENDPOINT")
    openai_api_url: Fact[Setting | None] = _of_site("OPENAI_API_URL")
    search_service: Fact[Setting | None] = _of_site("AZURE_SEARCH_SERVICE")
    search_index: Fact[Setting | None] = _of_site("AZURE_SEARCH_INDEX")
    permitted_groups: Fact[Setting | None] = _of_site("AZURE_SEARCH_PERMITTED_GROUPS_COLUMN")

    @classmethod
    def read_action(cls) -> str:
        return "Microsoft.Web/sites/config/list/action"

    @property
    def app(self) -> ArmId:
        return self.id.parent or self.id


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContainerAppSettings(AppSettings):
    """The environment of a container app's containers, which stands in the app's own answer."""

    ARM_TYPE: ClassVar[str] = "Microsoft.App/containerApps"

    openai_resource: Fact[Setting | None] = _of_container_app("AZURE_OPENAI_RESOURCE")
    openai_endpoint: Fact[Setting | None] = _of_container_app("AZURE_OPENAI_ENDPOINT")
    openai_api_url: Fact[Setting | None] = _of_container_app("OPENAI_API_URL")
    search_service: Fact[Setting | None] = _of_container_app("AZURE_SEARCH_SERVICE")
    search_index: Fact[Setting | None] = _of_container_app("AZURE_SEARCH_INDEX")
    permitted_groups: Fact[Setting | None] = _of_container_app("AZURE_SEARCH_PERMITTED_GROUPS_COLUMN")
