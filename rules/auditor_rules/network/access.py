"""Whom a front end lets in from public networks: its access restrictions, and the sign-in it demands."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp
from auditor.model.resources.front_end import AccessRestriction, Authentication, SiteConfiguration
from auditor.relate.prefixes import parsed
from auditor.rule import Fail, Pass, Verdict

# Wider than this is a part of the internet, not a list of callers.
_WIDEST = {4: 8, 6: 16}
_ANYBODY = frozenset({"any", "*", "internet"})


def is_anybody(address: str) -> bool:
    """Whether an allowed address is no restriction: `Any`, or a range so wide that it names nobody."""
    if address.strip().casefold() in _ANYBODY:
        return True
    prefix = parsed(address)
    return prefix is not None and prefix.prefixlen < _WIDEST[prefix.version]


def judge_restrictions(settings: SiteConfiguration) -> Verdict:
    """Pass where a site lets in named callers only, fail where everybody. Raises Undecided.

    Rules go by priority. What none matches is denied where there are rules, unless the default action says
    otherwise, and allowed where there are none.
    """
    rules = sorted(settings.restrictions.value, key=lambda rule: rule.priority.value)
    seen = (settings.restrictions.evidence(), settings.default_action.evidence())
    for rule in rules:
        if _is_for_all(rule):
            if rule.action.value == "Deny":
                return Pass(message="access restrictions let in named callers only", evidence=seen)
            return Fail(
                message=f"the access restriction {rule.name.value or 'Any'} lets in everybody", evidence=seen
            )
    default = settings.default_action.value or ("Deny" if rules else "Allow")
    if default == "Deny":
        return Pass(message="access restrictions let in named callers only", evidence=seen)
    return Fail(message="no access restriction denies anybody by default", evidence=seen)


def judge_ingress(app: ContainerApp) -> Verdict:
    """Pass where an ingress lets in named addresses only, fail where more. Raises Undecided."""
    rules = app.restrictions.value
    seen = (app.restrictions.evidence(),)
    allowed = [rule.address.value or "" for rule in rules if rule.action.value == "Allow"]
    if not allowed:
        said = (
            "its ingress has no address restriction"
            if not rules
            else "its ingress only denies some addresses"
        )
        return Fail(message=said, evidence=seen)
    wide = [address for address in allowed if is_anybody(address)]
    if wide:
        return Fail(
            message=f"its ingress allows {', '.join(wide)}, which is as good as everybody", evidence=seen
        )
    return Pass(message="its ingress lets in named addresses only", evidence=seen)


def judge_sign_in(settings: Iterable[Authentication]) -> Verdict:
    """Pass where every request must sign in, fail where not. Raises Undecided.

    Absent switches mean: not demanded. Settings in a file of the app cannot be read.
    """
    found = tuple(settings)
    seen = tuple(one.enabled.evidence() for one in found)
    enabled = [one for one in found if one.enabled.value]
    if not enabled:
        return Fail(message="the built-in sign-in is off", evidence=seen)
    for one in enabled:
        if one.config_file.value:
            said = (
                f"sign-in is configured by the file {one.config_file.value} in the app, which ARM does not"
                " show"
            )
            raise Undecided(said, Reason.NOT_IN_ARM, evidence=(one.config_file.evidence(),))
    facts = tuple(
        fact.evidence() for one in enabled for fact in (one.enabled, one.required, one.anonymous_action)
    )
    if not all(_demands(one) for one in enabled):
        return Fail(message="the built-in sign-in lets anonymous requests pass", evidence=facts)
    paths = [path for one in enabled for path in one.open_paths.value]
    notes = (f"{len(paths)} paths need no sign-in: {', '.join(paths[:5])}",) if paths else ()
    return Pass(message="every request must sign in", evidence=facts, notes=notes)


def _is_for_all(rule: AccessRestriction) -> bool:
    """Whether a rule speaks of everybody: a denied range must be all there is, an allowed one very wide."""
    address = rule.address.value
    if rule.subnet.value is not None or address is None:
        return False
    if rule.action.value == "Allow":
        return is_anybody(address)
    prefix = parsed(address)
    return address.strip().casefold() in _ANYBODY or (prefix is not None and prefix.prefixlen == 0)


def _demands(settings: Authentication) -> bool:
    action = settings.anonymous_action.value
    if action == "AllowAnonymous" or settings.required.value is False:
        return False
    return action is not None or settings.required.value is True
