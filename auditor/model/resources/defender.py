"""Microsoft Defender for Cloud: which plan a subscription is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, choice, parts, text

SOURCE = "https://learn.microsoft.com/azure/defender-for-cloud/ai-threat-protection"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subscription(Resource):
    """A subscription as what a result is about. It is made from an audited id, not read."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Resources/subscriptions"

    @classmethod
    def of(cls, rid: ArmId) -> Subscription:
        return cls(id=rid, name=rid.name, type=cls.ARM_TYPE, location=None, scope=rid)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extension(Part):
    """One option of a plan. Defender writes whether it is on as text, `True` or `False`."""

    name: Fact[str | None] = text("name")
    is_enabled: Fact[str | None] = choice("isEnabled", "True", "False")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pricing(Resource):
    """`/subscriptions/{s}/providers/Microsoft.Security/pricings/{plan}`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Security/pricings"

    tier: Fact[str | None] = choice("properties.pricingTier", "Free", "Standard", source=SOURCE)
    extensions: Fact[tuple[Extension, ...]] = parts("properties.extensions", Extension, source=SOURCE)
