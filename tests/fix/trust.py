"""What the sample company's operator trusts, and decisions over a world as a fix run makes them."""

from __future__ import annotations

from dataclasses import replace

from auditor.fix.decision import Decision, decide_all
from auditor.fix.known import Known
from auditor.fix.sources import READS
from auditor.fix.sources import SOURCES as FIX_SOURCES
from auditor.model.declared import Declared, FixTrust
from auditor.model.ids import ArmId
from auditor.relate.workloads import discover
from auditor.sandbox.sample.endpoints import SPOKE
from tests.rules.private_endpoint.doors import AI_PROD
from tests.rules.world import NOW, World

TRUST = FixTrust(subscriptions=(AI_PROD,), vnets=(SPOKE,))
TRUSTING = Declared(fix=TRUST)


def known_of(world: World, declared: Declared = TRUSTING, *rejected: str, wide: bool = False) -> Known:
    """The world as a fix run reads it."""
    estate = world.estate(READS, declared, wide=wide, beside=FIX_SOURCES)
    return Known(
        estate=estate,
        relations=discover(estate, declared),
        declared=declared,
        wanted=estate.audited,
        rejected=frozenset(map(ArmId.parse, rejected)),
        now=NOW,
    )


def decided(world: World, about: str, declared: Declared = TRUSTING, *rejected: str) -> Decision:
    known = known_of(world, declared, *rejected)
    return decision_on(known, about)


def decision_on(known: Known, about: str) -> Decision:
    rid = ArmId.parse(about)
    return next(found for found in decide_all(known, [rid]) if found.connection.id == rid)


def trusting(**changes: object) -> Declared:
    """The operator's declarations, with other `[fix]` entries."""
    return replace(TRUSTING, fix=replace(TRUST, **changes))  # type: ignore[arg-type]
