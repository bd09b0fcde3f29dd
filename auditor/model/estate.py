"""The estate: everything that was read of a tenant, and what could not be. Immutable.

Touching what was not read raises NotRead, which the engine turns into an unknown verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, cast

from auditor.model.finding import Gap, NotRead
from auditor.model.ids import ArmId
from auditor.model.reach import Reach
from auditor.model.reasons import Reason
from auditor.model.wire import Resource

R = TypeVar("R", bound=Resource)


class UndeclaredRead(TypeError):
    """A rule touched a type that its metadata does not declare: a defect of the rule."""


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """All that was read of one type.

    `by_scope` has an entry, possibly empty, for each scope whose list was read to the end; `gaps` one for
    each that was not, and for each single resource that could not be read. `malformed` tells of resources
    that were read but for some properties.
    """

    rows: Mapping[ArmId, R] = field(default_factory=dict)
    by_scope: Mapping[ArmId, tuple[R, ...]] = field(default_factory=dict)
    gaps: Mapping[ArmId, Gap] = field(default_factory=dict)
    malformed: Mapping[ArmId, Gap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estate:
    """`audited` are the subscriptions in scope; `visible` all that the credential sees, id → tenant GUID.

    `left_out` are the types that nobody asked for, with the step that would have brought them: touching one
    raises NotRead, though it is no gap.
    """

    tenant_id: str | None
    audited: tuple[ArmId, ...]
    visible: Mapping[ArmId, str | None]
    tables: Mapping[type[Resource], Table[Any]]
    left_out: Mapping[type[Resource], Reach] = field(default_factory=dict)
    declared_reads: frozenset[type[Resource]] | None = None

    def narrowed(self, reads: Iterable[type[Resource]]) -> Estate:
        """The same estate, in which only these types may be touched."""
        return replace(self, declared_reads=frozenset(reads))

    def listed(self, of: type[R]) -> tuple[R, ...]:
        """What was read of a type, ordered by id. Silent about gaps: see `gaps`."""
        return tuple(sorted(self._table(of).rows.values(), key=lambda row: row.id.key))

    def every(self, of: type[R]) -> tuple[R, ...]:
        """All there is of a type. Raises NotRead where any part of it could not be read."""
        for gap in self.gaps(of):
            raise NotRead(gap)
        return self.listed(of)

    def gaps(self, of: type[Resource]) -> tuple[Gap, ...]:
        return tuple(gap for _, gap in sorted(self._table(of).gaps.items()))

    def malformed(self, of: type[Resource]) -> tuple[Gap, ...]:
        """One for each resource of a type that was read but for some of its properties."""
        return tuple(gap for _, gap in sorted(self._table(of).malformed.items()))

    def was_read(self, of: type[Resource], scope: ArmId) -> bool:
        """Whether the list of that type at that scope was read to its end."""
        return scope in self._table(of).by_scope

    def find(self, of: type[R], rid: ArmId) -> R | None:
        """The resource; None where its list was read and does not hold it.

        Raises NotRead where it, or the list that would hold it, was not read.
        """
        table = self._table(of)
        if (row := table.rows.get(rid)) is not None:
            return row
        for scope in rid.scopes():
            if (gap := table.gaps.get(scope)) is not None:
                raise NotRead(gap)
            if scope in table.by_scope:
                return None
        raise NotRead(self._outside(of, rid))

    def children(self, of: type[R], scope: ArmId) -> tuple[R, ...]:
        """What lies directly under a parent (or a subscription). Raises NotRead where that was not read."""
        table = self._table(of)
        if (gap := table.gaps.get(scope)) is not None:
            raise NotRead(gap)
        if (rows := table.by_scope.get(scope)) is not None:
            return rows
        raise NotRead(self._outside(of, scope))

    def lists(self, of: type[R]) -> Mapping[ArmId, tuple[R, ...]]:
        """Each list of a type that was read to its end, by the scope it was asked at. Silent about gaps."""
        return self._table(of).by_scope

    def all_gaps(self) -> tuple[Gap, ...]:
        """Everything that could not be read, malformed properties included, in a stable order."""
        tables = self.tables.values()
        found = (gap for table in tables for gap in (*table.gaps.values(), *table.malformed.values()))
        return tuple(sorted(found, key=lambda gap: (gap.scope.key, gap.what, gap.reason)))

    def _outside(self, of: type[Resource], scope: ArmId) -> Gap:
        if (step := self.left_out.get(of)) is not None:
            detail = f"not asked for: read it with {step.flag}"
            return Gap(scope=scope, what=of.ARM_TYPE, reason=step.reason, detail=detail)
        if scope.subscription is not None and scope.subscription not in self.visible:
            detail = "its subscription is not visible: another tenant's, or one where Reader is missing"
            return Gap(scope=scope, what=of.ARM_TYPE, reason=Reason.HIDDEN, detail=detail)
        detail = "not among the audited subscriptions; widen the scope"
        return Gap(scope=scope, what=of.ARM_TYPE, reason=Reason.OUT_OF_SCOPE, detail=detail)

    def _table(self, of: type[R]) -> Table[R]:
        if self.declared_reads is not None and of not in self.declared_reads:
            raise UndeclaredRead(f"the rule does not declare that it reads {of.__name__}")
        return cast("Table[R]", self.tables.get(of, Table()))


class EstateBuilder:
    """Gathers rows and gaps while collecting; `build` freezes them."""

    def __init__(
        self, tenant_id: str | None, audited: Collection[ArmId], visible: Mapping[ArmId, str | None]
    ) -> None:
        self._head = (tenant_id, tuple(sorted(audited)), dict(visible))
        self._tables: dict[type[Resource], Table[Any]] = {}
        self._left_out: dict[type[Resource], Reach] = {}

    def add(self, of: type[R], scope: ArmId, rows: Iterable[R]) -> None:
        """One list, read to its end."""
        table = self._open(of)
        ordered = tuple(sorted(rows, key=lambda row: row.id.key))
        cast("dict[ArmId, tuple[R, ...]]", table.by_scope)[scope] = ordered
        cast("dict[ArmId, R]", table.rows).update({row.id: row for row in ordered})

    def add_within(self, of: type[R], scope: ArmId, parents: Iterable[ArmId]) -> None:
        """Rows that stand in the answers of parents listed at `scope`: they are listed there too."""
        by_scope = self._open(of).by_scope
        self.add(of, scope, [row for parent in parents for row in by_scope.get(parent, ())])

    def add_single(self, of: type[R], row: R) -> None:
        """One resource that was read by its id, outside any list."""
        cast("dict[ArmId, R]", self._open(of).rows)[row.id] = row

    def add_gap(self, of: type[Resource], gap: Gap) -> None:
        cast("dict[ArmId, Gap]", self._open(of).gaps)[gap.scope] = gap

    def add_malformed(self, of: type[Resource], gap: Gap) -> None:
        """A resource that was read but for some of its properties."""
        cast("dict[ArmId, Gap]", self._open(of).malformed)[gap.scope] = gap

    def leave_out(self, of: type[Resource], step: Reach) -> None:
        """A type that is read only with this step, which was not asked for."""
        self._left_out[of] = step

    def build(self) -> Estate:
        """A snapshot: later additions do not change it."""
        tables = {
            of: Table(dict(table.rows), dict(table.by_scope), dict(table.gaps), dict(table.malformed))
            for of, table in self._tables.items()
        }
        tenant_id, audited, visible = self._head
        return Estate(tenant_id, audited, visible, tables, dict(self._left_out))

    def _open(self, of: type[R]) -> Table[R]:
        return cast("Table[R]", self._tables.setdefault(of, Table({}, {}, {}, {})))
