"""The main job, from options to a result: collect, relate, judge, waive, score."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from auditor import assembly, engine
from auditor.collect.runner import closure, collect
from auditor.collect.scope import Scope, resolve
from auditor.collect.session import Connection, Way, connected
from auditor.collect.source import Selection, Source
from auditor.errors import NothingAudited
from auditor.model.clouds import Cloud
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.finding import Gap
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.result import AuditResult, Result, Run
from auditor.model.wire import Resource
from auditor.options import ScanOptions
from auditor.plugins import Packs, select
from auditor.progress import Progress
from auditor.relate.workloads import MEMBER_TYPES, Relations, deepened, discover, members_of
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Rule, View
from auditor.waivers import Waiver

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An audit that ran, its connection still open. `estate` holds what `then` asked for as well."""

    opened: Connection
    scope: Scope
    options: ScanOptions
    packs: Packs
    rules: tuple[Rule[Any], ...]
    waivers: tuple[Waiver, ...]
    estate: Estate
    relations: Relations
    results: tuple[Result, ...]
    run: Run

    def report(self) -> AuditResult:
        names = {one.id.subscription_id or one.id.name: one.name for one in self.scope.audited}
        run = replace(self.run, finished_at=_now())
        return assembly.result(
            run, self.packs, self.rules, self.relations, self.estate, self.results, self.waivers, names
        )

    async def again(self, also: Collection[str]) -> tuple[Audited, tuple[Result, ...]]:
        """The same audit from fresh reads, and what the rules of these ids say, selected or not."""
        named = tuple(rule for rule in self.packs.rules if rule.id in also)
        wanted = _reads((*self.rules, *named))
        estate = await _collect(self.opened, self.scope, self.options, self.packs.sources, wanted)
        relations = discover(estate, _discovery(self.options.declared, wanted))
        view = _view(estate, relations, self.options, self.run.started_at, self.opened.cloud)
        results = engine.run(self.rules, view, self.scope.wanted)
        fresh = replace(self, estate=estate, relations=relations, results=results)
        return fresh, engine.run(named, view, self.scope.wanted)


async def judge_alone(
    opened: Connection,
    scope: Scope,
    options: ScanOptions,
    packs: Packs,
    rules: tuple[Rule[Any], ...],
    now: datetime,
) -> tuple[Estate, tuple[Result, ...]]:
    """Judge by a few rules, from reads of their own and those that relations are discovered from."""
    also = RELATION_READS if options.declared.discover else tuple(MEMBER_TYPES.values())
    estate = await _collect(opened, scope, options, packs.sources, _reads(rules) | set(also))
    relations = discover(estate, options.declared)
    view = _view(estate, relations, options, now, opened.cloud)
    return estate, engine.run(rules, view, scope.wanted)


def can_discover(rules: Iterable[Rule[Any]]) -> bool:
    """Whether these rules read what workloads are discovered from."""
    return set(RELATION_READS) <= _reads(rules)


class Then(Protocol):
    """What follows an audit while its connection is open, and makes the report.

    `sources` and `reads` are read beside what the rules need. `runner` runs coroutines on the connection's
    loop; between them nothing runs, so that a person may be asked.
    """

    @property
    def sources(self) -> tuple[Source, ...]: ...

    @property
    def reads(self) -> tuple[type[Resource], ...]: ...

    def __call__(self, runner: asyncio.Runner, audited: Audited, /) -> AuditResult: ...


def way(options: ScanOptions) -> Way:
    """How the options say to reach and enter the cloud."""
    return Way(
        cloud=options.cloud,
        arm_endpoint=options.arm_endpoint,
        ca_bundle=str(options.ca_bundle) if options.ca_bundle else None,
        auth=options.auth,
        tenant_id=options.tenant,
        max_concurrency=options.max_concurrency,
        timeout_s=options.timeout_s,
        reach=options.reach,
    )


def scan(
    options: ScanOptions,
    packs: Packs,
    waivers: tuple[Waiver, ...],
    progress: Progress,
    then: Then | None = None,
) -> AuditResult:
    """Audit the live tenant. A result that says why comes back also where nothing could be audited."""
    return audit(connected(way(options), progress.request_finished), options, packs, waivers, progress, then)


def audit(
    connection: AbstractAsyncContextManager[Connection],
    options: ScanOptions,
    packs: Packs,
    waivers: tuple[Waiver, ...],
    progress: Progress,
    then: Then | None = None,
) -> AuditResult:
    """The same over any connection: the live one, or the sample tenant's."""
    rules = select(packs.rules, options.profile, options.rules, options.skip_rules)
    started_at = _now()
    try:
        with asyncio.Runner() as runner, _opened(runner, connection, progress) as opened:
            audited = runner.run(_audit(opened, options, packs, rules, waivers, progress, started_at, then))
            return then(runner, audited) if then else audited.report()
    except NothingAudited as nothing:
        log.info("nothing was audited", exc_info=True)
        run = _run(options, started_at)
        return assembly.unaudited(str(nothing), run, packs, rules)


@contextmanager
def _opened(
    runner: asyncio.Runner, connection: AbstractAsyncContextManager[Connection], progress: Progress
) -> Iterator[Connection]:
    progress.started("signing in")
    stack = AsyncExitStack()
    try:
        yield runner.run(stack.enter_async_context(connection))
    finally:
        runner.run(stack.aclose())


async def _audit(
    opened: Connection,
    options: ScanOptions,
    packs: Packs,
    rules: tuple[Rule[Any], ...],
    waivers: tuple[Waiver, ...],
    progress: Progress,
    started_at: datetime,
    then: Then | None,
) -> Audited:
    progress.started("reading subscriptions")
    scope = await resolve(
        opened.reader, options.subscriptions, options.management_group, options.resource_groups
    )
    progress.started(f"reading resources of {len(scope.audited)} subscriptions")
    log.info("auditing %s", ", ".join(one.name for one in scope.audited))
    wanted = _reads(rules) | set(then.reads if then else ())
    sources = (*packs.sources, *(then.sources if then else ()))
    estate = await _collect(opened, scope, options, sources, wanted)
    progress.started("judging")
    relations = discover(estate, _discovery(options.declared, wanted))
    view = _view(estate, relations, options, started_at, opened.cloud)
    results = engine.run(rules, view, scope.wanted)
    log.info("%d workloads, %d results of %d rules", len(relations.workloads), len(results), len(rules))
    return Audited(
        opened=opened,
        scope=scope,
        options=options,
        packs=packs,
        rules=rules,
        waivers=waivers,
        estate=estate,
        relations=relations,
        results=results,
        run=_run(options, started_at, opened=opened, estate=estate, scope=scope),
    )


def _reads(rules: Iterable[Rule[Any]]) -> set[type[Resource]]:
    return {of for rule in rules for of in rule.all_reads}


def _view(estate: Estate, relations: Relations, options: ScanOptions, now: datetime, cloud: Cloud) -> View:
    return View(
        estate=estate,
        relations=relations,
        declared=options.declared,
        now=now,
        all_resources=options.all_resources,
        cloud=cloud.name,
    )


async def _collect(
    opened: Connection,
    scope: Scope,
    options: ScanOptions,
    sources: Sequence[Source],
    wanted: Collection[type[Resource]],
) -> Estate:
    tenants = {one.id: one.tenant_id for one in scope.visible}
    tenant_id = opened.claims.get("tid") or options.tenant or next(iter(tenants.values()), None)
    builder = EstateBuilder(tenant_id, [one.id for one in scope.audited], tenants)
    selection = Selection(declared=options.declared, all_resources=options.all_resources, reach=options.reach)
    estate = await collect(opened.readers, closure(sources, deepened(wanted)), builder, selection)
    for gap in _undeclared_members(estate, options):
        builder.add_gap(MEMBER_TYPES[gap.what], gap)
    return builder.build()


def _discovery(declared: Declared, read: Collection[type[Resource]]) -> Declared:
    """What was not read for any rule must not be guessed from: then only declared workloads count."""
    return declared if set(RELATION_READS) <= set(read) else replace(declared, discover=False)


def _undeclared_members(estate: Estate, options: ScanOptions) -> list[Gap]:
    """Declared resources that were not found: a mistyped or unreadable id must not vanish silently."""
    gaps = []
    for workload in options.declared.workloads:
        for ids in members_of(workload).values():
            for rid in ids:
                of = MEMBER_TYPES.get(_canonical_type(rid))
                if of is None or any(row.id == rid for row in estate.listed(of)):
                    continue
                said = f"declared in workload {workload.name} but not found in the audited subscriptions"
                gaps.append(Gap(scope=rid, what=of.ARM_TYPE, reason=Reason.HIDDEN, detail=said))
    return gaps


def _canonical_type(rid: ArmId) -> str:
    spelt = (rid.resource_type or "").lower()
    return next((name for name in MEMBER_TYPES if name.lower() == spelt), "")


def _run(
    options: ScanOptions,
    started_at: datetime,
    *,
    opened: Connection | None = None,
    estate: Estate | None = None,
    scope: Scope | None = None,
) -> Run:
    """What is known of the run; None where it ended before that was."""
    return Run(
        id=str(uuid4()),
        started_at=started_at,
        finished_at=_now(),
        cloud=opened.cloud.name if opened else options.arm_endpoint or options.cloud,
        tenant_id=estate.tenant_id if estate else options.tenant,
        principal_id=opened.claims.get("oid") if opened else None,
        scope=tuple(rid.text for rid in scope.wanted) if scope else (),
        profile=options.profile,
        options=assembly.set_options(options),
    )


def _now() -> datetime:
    """To the millisecond, as reports say it: a finer time would be lost in a saved one."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
