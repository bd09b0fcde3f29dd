"""Documents that are almost a report: what the schema and the reader of saved reports must both refuse."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from auditor.model.document import document
from tests.reports.example import audit

Document = dict[str, Any]
Path = tuple[Any, ...]

_FREE = {("run", "options"), ("subscription_names",)}
_OPTIONAL = {"value"}
_NOT_APPLICABLE = next(n for n, found in enumerate(audit().results) if found.status == "not_applicable")

WRONG: tuple[tuple[Path, object], ...] = (
    (("schema_version",), "1.1"),
    (("$schema",), "https://example.invalid"),
    (("tool", "name"), "other"),
    (("score", "grade"), "E"),
    (("score", "value"), 101),
    (("score", "value"), True),
    (("score", "coverage"), 1.5),
    (("score", "by_status", "pass"), 1.5),
    (("run", "started_at"), "2026-03-02T09:30:00+02:00"),
    (("run", "scope"), [1]),
    (("run", "options"), []),
    (("gaps", 0, "reason"), "nobody-knows"),
    (("gaps", 0, "http_status"), "403"),
    (("workloads", 0, "confidence"), "sure"),
    (("workloads", 0, "members", "openai"), "one"),
    (("maps", 0, "not_read"), "zones"),
    (("maps", 0, "nodes", 0, "kind"), "cloud"),
    (("maps", 0, "nodes", 0, "parent"), 1),
    (("maps", 0, "edges", 0, "kind"), "rope"),
    (("rules", 0, "class"), "other"),
    (("results",), {}),
    (("results", 0), []),
    (("results", 0, "status"), "passed"),
    (("results", 0, "severity"), "fatal"),
    (("results", 0, "confidence"), "confirmed"),
    (("results", 0, "reason"), "conditional"),
    (("results", 0, "gap"), document(audit())["gaps"][0]),
    (("results", 0, "remediation"), None),
    (("results", 0, "evidence"), []),
    (("results", 0, "fingerprint"), "ABC"),
    (("results", _NOT_APPLICABLE, "reason"), None),
    (("results", _NOT_APPLICABLE, "remediation"), {"summary": "s", "az": None, "url": None}),
    (("unaudited",), False),
    (("fixes",), [{}]),
    (("subscription_names", "x"), 1),
    (("waivers", 0, "state"), "fine"),
    (("waivers", 0, "covered"), "1"),
    (("results", 0, "first_seen"), "2026-02-01"),
    (("changes",), []),
    (("changes", "old", "started_at"), None),
    (("changes", "old", "grade"), "E"),
    (("changes", "score_change", "value"), "much"),
    (("changes", "counts", "new"), "1"),
    (("changes", "changes", 0, "kind"), "better"),
    (("changes", "changes", 0, "was"), "failed"),
)


def objects(value: Any, at: Path = ()) -> Iterator[tuple[Path, Document]]:
    """Every object inside the value, with the path to it."""
    if isinstance(value, dict):
        yield at, value
        for key, inner in value.items():
            yield from objects(inner, (*at, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from objects(inner, (*at, number))


def found_at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def with_wrong(path: Path, wrong: object) -> Document:
    """The example with another value at the path."""
    broken = copy.deepcopy(document(audit()))
    found_at(broken, path[:-1])[path[-1]] = wrong
    return broken


def lacking() -> Iterator[tuple[Path, Document]]:
    """The example less one key, for each required key, with the path of the missing one."""
    whole = document(audit())
    for path, found in _shaped(whole):
        for key in set(found) - (_OPTIONAL if "evidence" in path else set()):
            broken = copy.deepcopy(whole)
            del found_at(broken, path)[key]
            yield (*path, key), broken


def surprising() -> Iterator[tuple[Path, Document]]:
    """The example with one key more, in each of its objects."""
    for path, _ in _shaped(document(audit())):
        yield (*path, "surprise"), with_wrong((*path, "surprise"), 1)


def _shaped(whole: Document) -> Iterator[tuple[Path, Document]]:
    """One object of each shape: the next result or rule would show nothing that the first does not."""
    seen = set()
    for path, found in objects(whole):
        shape = (*("[]" if isinstance(step, int) else step for step in path), *sorted(found))
        if path not in _FREE and "members" not in path and "value" not in path[-2:] and shape not in seen:
            seen.add(shape)
            yield path, found
