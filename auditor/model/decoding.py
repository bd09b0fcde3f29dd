"""Decoding: what ARM answered, fact by fact, from what each record class declares of its fields.

A fact keeps what was on the wire (`raw`) beside what it means (`value`), so that evidence is made from the
same declaration and absent, null, false and unreadable stay four things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, TypeVar, cast

from auditor.model.finding import ABSENT, Evidence, Undecided
from auditor.model.ids import ArmId, MalformedId
from auditor.model.reasons import Reason

T = TypeVar("T")
R = TypeVar("R", bound="Resource")
P = TypeVar("P", bound="Part")


class Misfit(Exception):
    """A JSON value that is not of the declared form. `found` is what stood on the way to it, if anything."""

    def __init__(self, expected: str, reason: Reason = Reason.MALFORMED, found: object = ABSENT) -> None:
        super().__init__(expected)
        self.expected = expected
        self.reason = reason
        self.found = found


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One property of one resource.

    `raw` is the JSON value, None for null, ABSENT where it was not in the answer. Of a property that may hold
    a secret it is WITHHELD, whatever stood there.
    """

    resource: ArmId
    path: str
    raw: object
    meaning: T | Misfit

    @property
    def value(self) -> T:
        """What the property means, absent and null read as declared.

        Raises Undecided where the value is malformed or not one that the declaration knows, so that no rule
        can take it for a safe one.
        """
        if isinstance(self.meaning, Misfit):
            said = f"{self.path} of {self.resource} is {self.raw!r}, expected {self.meaning.expected}"
            raise Undecided(said, self.meaning.reason, evidence=(self.evidence(),))
        return self.meaning

    @property
    def is_absent(self) -> bool:
        return self.raw is ABSENT

    @property
    def is_stated(self) -> bool:
        """Whether the answer held a value, neither absent nor null."""
        return self.raw is not ABSENT and self.raw is not None

    @property
    def is_malformed(self) -> bool:
        return isinstance(self.meaning, Misfit) and self.meaning.reason is Reason.MALFORMED

    def evidence(self) -> Evidence:
        return Evidence(resource=self.resource.text, path=self.path, value=self.raw)


WITHHELD = "(withheld)"

Reader = Callable[[ArmId, str, object, list[str]], object]
"""Reads the JSON value at a path of a resource; adds the malformed paths below it to the list."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How one field is read: its path below the object, its reader, what absent means, and who says so.

    What may hold a secret is `withheld`: the fact keeps what it means and not what it said.
    """

    path: str
    steps: tuple[str, ...]
    read: Reader
    absent: object
    source: str
    single: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """An object inside a resource. `key` is its name in a map, its index in a list, else empty."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resource:
    """One ARM object.

    `scope` is where it was listed: its subscription, or its parent. `type` is as ARM spelt it; the class's
    ARM_TYPE is what it is compared with. `location` is None for objects that have none.
    """

    ARM_TYPE: ClassVar[str] = ""

    id: ArmId
    name: str
    type: str
    location: str | None
    scope: ArmId

    @classmethod
    def read_action(cls) -> str:
        """The ARM action that lists and reads this type."""
        return f"{cls.ARM_TYPE}/read"


@dataclass(frozen=True, slots=True)
class Decoded(Generic[R]):
    """A resource, and the paths in it that did not have the declared form."""

    resource: R
    malformed: tuple[str, ...]


def decode(of: type[R], body: object, scope: ArmId, *, known_id: ArmId | None = None) -> Decoded[R]:
    """Read one ARM object listed under `scope`.

    `known_id` is its id where the answer carries none (managed-network bodies do not).
    Raises Misfit where the body is no object or has no usable id; a property of the wrong form costs only
    its own fact.
    """
    found = as_object(body)
    rid = known_id if found.get("id") is None and known_id else as_id(found.get("id"))
    malformed: list[str] = []
    values = {name: _read(wire, rid, "", found, malformed) for name, wire in _plan(of)}
    location = found.get("location")
    resource = of(
        id=rid,
        name=str(found.get("name") or rid.name),
        type=str(found.get("type") or of.ARM_TYPE),
        location=location if isinstance(location, str) else None,
        scope=scope,
        **values,
    )
    return Decoded(resource, tuple(malformed))


_PLANS: dict[type[Any], tuple[tuple[str, Wire], ...]] = {}


def _plan(of: type[Any]) -> tuple[tuple[str, Wire], ...]:
    """The declared fields of a Resource or Part class."""
    if of not in _PLANS:
        _PLANS[of] = tuple((f.name, f.metadata["wire"]) for f in fields(of) if "wire" in f.metadata)
    return _PLANS[of]


def decode_part(of: type[P], rid: ArmId, prefix: str, key: str, raw: object, malformed: list[str]) -> P:
    """Where `raw` is no object, every fact of the part is malformed: never absent, which may mean safe."""
    found = {} if raw is None or raw is ABSENT else raw
    values = {name: _read(wire, rid, prefix, found, malformed) for name, wire in _plan(of)}
    return of(key=key, **values)


def _read(wire: Wire, rid: ArmId, prefix: str, found: object, malformed: list[str]) -> object:
    at = f"{prefix}.{wire.path}" if prefix else wire.path
    raw: object = ABSENT
    try:
        raw = _walk(found, wire.steps)
        if not wire.single:
            meaning = wire.absent if raw is None or raw is ABSENT else wire.read(rid, at, raw, malformed)
    except Misfit as misfit:
        raw = misfit.found if raw is ABSENT else raw
        meaning = misfit
        if misfit.reason is Reason.MALFORMED and not wire.single:
            malformed.append(at)
    if wire.single:
        return wire.read(rid, at, raw, malformed)
    return _withheld(rid, at, raw, meaning) if wire.withheld else Fact(rid, at, raw, meaning)


def _withheld(rid: ArmId, at: str, raw: object, meaning: object) -> Fact[Any]:
    """A fact without its raw value, but for what is no value: absent, null and empty."""
    if isinstance(meaning, Misfit):
        meaning = Misfit(meaning.expected, meaning.reason)
    elif meaning is None and raw is not None:
        raw = ABSENT
    return Fact(rid, at, raw if raw is ABSENT or raw is None or raw == "" else WITHHELD, meaning)


def _walk(node: object, steps: tuple[str, ...]) -> object:
    """What stands at the end of a path; ABSENT where a member, or what would hold it, is not there."""
    for position, step in enumerate(steps):
        if type(node) is not dict:
            if node is None:
                return ABSENT
            raise Misfit("an object that holds it", found=node)
        if step[-1] != "]":
            if step not in node:
                return ABSENT
            node = node[step]
        elif (rows := node.get(step[:-2])) is None:
            return None if step[:-2] in node else ABSENT
        else:
            reached = (_walk(row, steps[position + 1 :]) for row in as_list(rows))
            return [found for found in reached if found is not ABSENT]
    return node


def typed(raw: object, of: type[T], expected: str) -> T:
    if not isinstance(raw, of):
        raise Misfit(expected, found=raw)
    return raw


def as_object(raw: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", typed(raw, dict, "an object"))


def as_list(raw: object) -> list[object]:
    return cast("list[object]", typed(raw, list, "a list"))


def as_id(raw: object) -> ArmId:
    try:
        return ArmId.parse(raw)
    except MalformedId:
        raise Misfit("an ARM id") from None
