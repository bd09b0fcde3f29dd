"""What ARM answered, fact by fact: the path, the meaning of absent and the source are declared once.

A resource class declares its fields with the factories below; `decode` reads any of them from the JSON.
A fact keeps what was on the wire (`raw`) beside what it means (`value`), so that evidence is made from the
same declaration and absent, null, false and unreadable stay four things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
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

    `raw` is the JSON value, None for null, ABSENT where it was not in the answer.
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


Reader = Callable[[ArmId, str, object, list[str]], object]
"""Reads the JSON value at a path of a resource; adds the malformed paths below it to the list."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How one field is read: its path below the object, its reader, what absent means, and who says so."""

    path: str
    steps: tuple[str, ...]
    read: Reader
    absent: object
    source: str
    single: bool = False


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


def text(path: str, *, absent: str | None = None, source: str = "") -> Any:
    """Fact[str], or Fact[str | None] where absent has no meaning."""
    return _declare(path, lambda _i, _p, raw, _m: _typed(raw, str, "text"), absent, source)


def flag(path: str, *, absent: bool | None = None, source: str = "") -> Any:
    """Fact[bool]; a number or the text "true" is malformed."""
    return _declare(path, lambda _i, _p, raw, _m: _typed(raw, bool, "true or false"), absent, source)


def number(path: str, *, absent: int | None = None, source: str = "") -> Any:
    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise Misfit("a whole number")
        return raw

    return _declare(path, read, absent, source)


def moment(path: str, *, source: str = "") -> Any:
    """Fact[datetime | None], UTC where ARM names no zone."""

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> datetime:
        try:
            found = datetime.fromisoformat(_typed(raw, str, "a time"))
        except ValueError:
            raise Misfit("an ISO 8601 time") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    return _declare(path, read, None, source)


def choice(path: str, *values: str, absent: str | None = None, source: str = "") -> Any:
    """Fact[str] of an enum: compared without case, answered in the declared spelling."""
    known = {value.casefold(): value for value in values}

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> str:
        return _known(known, _typed(raw, str, "text"))

    return _declare(path, read, absent, source)


def choices(path: str, *values: str, absent: tuple[str, ...] = (), source: str = "") -> Any:
    """Fact[frozenset[str]] of a comma-separated enum such as `Logging, Metrics, AzureServices`."""
    known = {value.casefold(): value for value in values}

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> frozenset[str]:
        words = [word.strip() for word in _typed(raw, str, "text").split(",")]
        return frozenset(_known(known, word) for word in words if word)

    return _declare(path, read, frozenset(absent), source)


def anything(path: str, *, source: str = "") -> Any:
    """Fact[object | None]: the JSON value itself, for properties of which only the presence matters."""
    return _declare(path, lambda _i, _p, raw, _m: raw, None, source)


def arm_id(path: str, *, source: str = "") -> Any:
    """Fact[ArmId | None]."""
    return _declare(path, lambda _i, _p, raw, _m: _id(raw), None, source)


def arm_ids(path: str, *, source: str = "") -> Any:
    """Fact[tuple[ArmId, ...]] of a list; a `[]` in the path reads the rest of it in every element."""
    return _declare(path, lambda _i, _p, raw, _m: tuple(_id(item) for item in _list(raw)), (), source)


def texts(path: str, *, source: str = "") -> Any:
    """Fact[tuple[str, ...]] of a list; a `[]` in the path reads the rest of it in every element."""

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> tuple[str, ...]:
        return tuple(_typed(item, str, "a list of texts") for item in _list(raw))

    return _declare(path, read, (), source)


def part(path: str, of: type[P]) -> Any:
    """A Part, always there: where the object is absent or null all its facts are absent."""
    return _declare(
        path,
        lambda rid, at, raw, malformed: _decode_part(of, rid, at, "", raw, malformed),
        None,
        "",
        single=True,
    )


def parts(path: str, of: type[P], *, source: str = "") -> Any:
    """Fact[tuple[Part, ...]] of a list of objects, `key` their index."""

    def read(rid: ArmId, at: str, raw: object, malformed: list[str]) -> tuple[P, ...]:
        rows = enumerate(_list(raw))
        return tuple(_decode_part(of, rid, f"{at}[{i}]", str(i), _object(row), malformed) for i, row in rows)

    return _declare(path, read, (), source)


def keyed(path: str, of: type[P], *, source: str = "") -> Any:
    """Fact[tuple[Part, ...]] of a map of objects, `key` their name."""

    def read(rid: ArmId, at: str, raw: object, malformed: list[str]) -> tuple[P, ...]:
        rows = _object(raw).items()
        return tuple(_decode_part(of, rid, f"{at}.{name}", name, row, malformed) for name, row in rows)

    return _declare(path, read, (), source)


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
    found = _object(body)
    rid = known_id if found.get("id") is None and known_id else _id(found.get("id"))
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


def _declare(
    path: str,
    read: Reader,
    absent: object,
    source: str,
    *,
    single: bool = False,
) -> Any:
    return field(metadata={"wire": Wire(path, tuple(path.split(".")), read, absent, source, single)})


_PLANS: dict[type[Any], tuple[tuple[str, Wire], ...]] = {}


def _plan(of: type[Any]) -> tuple[tuple[str, Wire], ...]:
    """The declared fields of a Resource or Part class."""
    if of not in _PLANS:
        _PLANS[of] = tuple((f.name, f.metadata["wire"]) for f in fields(of) if "wire" in f.metadata)
    return _PLANS[of]


def _decode_part(of: type[P], rid: ArmId, prefix: str, key: str, raw: object, malformed: list[str]) -> P:
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
    return wire.read(rid, at, raw, malformed) if wire.single else Fact(rid, at, raw, meaning)


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
            reached = (_walk(row, steps[position + 1 :]) for row in _list(rows))
            return [found for found in reached if found is not ABSENT]
    return node


def _known(known: Mapping[str, str], raw: str) -> str:
    try:
        return known[raw.casefold()]
    except KeyError:
        raise Misfit(f"one of {', '.join(known.values())}", Reason.UNEXPECTED_VALUE) from None


def _typed(raw: object, of: type[T], expected: str) -> T:
    if not isinstance(raw, of):
        raise Misfit(expected, found=raw)
    return raw


def _object(raw: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", _typed(raw, dict, "an object"))


def _list(raw: object) -> list[object]:
    return cast("list[object]", _typed(raw, list, "a list"))


def _id(raw: object) -> ArmId:
    try:
        return ArmId.parse(raw)
    except MalformedId:
        raise Misfit("an ARM id") from None
