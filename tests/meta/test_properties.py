"""What must never change a verdict, and what a refused list may change: for every rule at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.finding import Gap, NotApplicable, Severity, Unknown
from auditor.model.reasons import Reason
from auditor.sandbox.request import LoggedRequest
from auditor.sandbox.sample.company import LEGACY
from tests.meta.variations import VARIATIONS
from tests.meta.whole_audit import RULES, Audit, Key, audit, label
from tests.rules.world import World, company, mended

# Whole tenants over and over: measuring coverage costs much time here, and others measure the same lines.
pytestmark = pytest.mark.no_cover

WORLDS: dict[str, Callable[[], World]] = {"company": company, "mended": mended}
SHARDS = 8
# Section 4 of the catalogue: a request whose endpoint cannot be read is not provably ours.
MAY_FAIL_FOR_WANT_OF = {("private-endpoint-unknown-requester", "Microsoft.Network/privateEndpoints")}

Judgement = tuple[str, Severity, Reason | None]


@cache
def undisturbed(name: str) -> Audit:
    return audit(WORLDS[name]())


def judgements(found: Audit) -> dict[Key, Judgement]:
    return {
        key: (
            result.status,
            result.severity,
            result.verdict.reason if isinstance(result.verdict, Unknown | NotApplicable) else None,
        )
        for key, result in found.by_key.items()
    }


@pytest.mark.parametrize("name", WORLDS)
def test_results_have_keys_of_their_own(name: str) -> None:
    assert len(undisturbed(name).by_key) == len(undisturbed(name).results)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("variation", VARIATIONS)
@settings(max_examples=3, derandomize=True, deadline=None, database=None)
@given(seed=st.integers(min_value=0, max_value=1000))
def test_answers_that_mean_the_same_change_no_verdict(name: str, variation: str, seed: int) -> None:
    expected = judgements(undisturbed(name))
    found = judgements(audit(VARIATIONS[variation](WORLDS[name](), undisturbed(name).estate, seed)))
    changed = {key: (expected.get(key), found.get(key)) for key in expected.keys() | found.keys()}
    assert not {key: pair for key, pair in changed.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_refused_list_is_said_and_makes_nothing_better_or_worse(name: str, shard: int) -> None:
    problems = {path: tuple(_problems(name, path)) for path in _lists(name)[shard::SHARDS]}
    assert not {path: found for path, found in problems.items() if found}


@cache
def _lists(name: str) -> tuple[str, ...]:
    """A list of every kind that the audit asked for: the first and the last of each."""
    kinds: dict[str, list[str]] = {}
    for request in undisturbed(name).requests[1:]:
        if LEGACY not in request.path:
            kinds.setdefault(_kind(request), []).append(_target(request))
    picked = (paths[:1] if name == "company" else (min(paths), max(paths)) for paths in kinds.values())
    return tuple(dict.fromkeys(path for paths in picked for path in paths))


def _kind(request: LoggedRequest) -> str:
    namespace, *rest = request.path.rpartition("/providers/")[2].split("/")
    query = re.sub(r"'[^']*'", "", _target(request).partition("?")[2])
    level = "child" if "/resourcegroups/" in request.path.lower() else "subscription"
    return " ".join((namespace, *rest[::2], query, level)).lower()


def _target(request: LoggedRequest) -> str:
    """Path and query as they are refused: without the version, and without the page."""
    kept = [part for part in request.query.split("&") if not part.startswith(("api-version=", "$skiptoken="))]
    return "?".join((request.path, *kept))


def _refused(name: str, path: str) -> Audit:
    bare, _, query = path.partition("?")
    rest = rf"\?.*{re.escape(query)}(&|$)" if query else r"\?(?!.*filter)"
    return audit(WORLDS[name]().refuse(f"^{re.escape(bare)}{rest}"))


def _problems(name: str, path: str) -> Iterator[str]:
    calm, blind = undisturbed(name), _refused(name, path)
    gaps = tuple(set(blind.estate.all_gaps()) - set(calm.estate.all_gaps()))
    yield from (f"not a gap with the missing action: {gap}" for gap in gaps if not gap.action)
    if not gaps:
        yield "no gap"
    yield from _invented(calm, blind, gaps)
    yield from _lost(calm, blind)
    yield from _unsaid(calm, blind, gaps)
    yield from _unlisted(blind, gaps)


def _invented(calm: Audit, blind: Audit, gaps: tuple[Gap, ...]) -> Iterator[str]:
    """Nothing passes or fails of which a rule did not say the same when it saw more.

    Where one of two partners cannot be seen, the result names the other alone, or the partner as an end.
    """
    known = {(rule, resource, result.status) for (rule, resource, _), result in calm.by_key.items()}
    allowed = {rule for rule, of in MAY_FAIL_FOR_WANT_OF if any(gap.what == of for gap in gaps)}
    for key, result in blind.by_key.items():
        rule, resource, related = key
        if result.status not in ("pass", "fail") or (result.status == "fail" and rule in allowed):
            continue
        if not any((rule, end, result.status) in known for end in (resource, *related)):
            yield f"new: {label(key, result.status)}"


def _lost(calm: Audit, blind: Audit) -> Iterator[str]:
    """A failure goes only where the rule says that it could not tell."""
    now = blind.by_key
    unsure = {key[0] for key, result in now.items() if result.status == "unknown"}
    for key, result in calm.by_key.items():
        still = key in now and now[key].status == "fail"
        if result.status == "fail" and not still and key[0] not in unsure:
            yield f"lost: {label(key, 'fail')}"


def _unsaid(calm: Audit, blind: Audit, gaps: tuple[Gap, ...]) -> Iterator[str]:
    """Where a refusal changes what was judged, some result says which permission is missing."""
    then, now = calm.by_key, blind.by_key
    changed = [
        label(key, now[key].status if key in now else "no")
        for key in then.keys() | now.keys()
        if (then[key].status if key in then else None) != (now[key].status if key in now else None)
        if key in now or then[key].status != "not_applicable"
    ]
    said = " ".join(result.verdict.message for result in blind.results if result.status == "unknown")
    if changed and not any(gap.action and gap.action in said for gap in gaps):
        yield f"unsaid: {changed}"


def _unlisted(blind: Audit, gaps: tuple[Gap, ...]) -> Iterator[str]:
    """Each rule about a type says of each list of it that could not be read: here are subjects unseen."""
    verdicts = ((key[0], result.verdict) for key, result in blind.by_key.items())
    said = {(rule, verdict.gap) for rule, verdict in verdicts if isinstance(verdict, Unknown)}
    for rule in RULES:
        unread = {gap for of in rule.subjects.listing for gap in blind.estate.gaps(of)}
        for gap in unread.intersection(gaps):
            if (rule.id, gap) not in said:
                yield f"unlisted: {rule.id} does not name {gap.action}"
