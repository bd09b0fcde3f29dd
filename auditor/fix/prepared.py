"""From the options to a fix run: before anything is audited, everything that could refuse it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.errors import UsageError
from auditor.fix import journal
from auditor.fix.approvals import Wish
from auditor.fix.change import Change, Plan
from auditor.fix.history import OpenChange
from auditor.fix.pace import Pace
from auditor.fix.run import FixRun
from auditor.fix.sequence import Step, no_step
from auditor.fix.showing import confirmed, counted, may_ask, say, show
from auditor.model.ids import ArmId, MalformedId
from auditor.options import ScanOptions
from auditor.relate.targets import CONNECTION_OF

NOBODY_TO_ASK = "not confirmed: there is no terminal to ask on, and --yes was not given"


@contextmanager
def prepared(
    options: ScanOptions,
    *,
    is_demo: bool = False,
    clear: Callable[[], None] = lambda: None,
    pace: Pace | None = None,
    step: Step = no_step,
) -> Iterator[FixRun]:
    """A run as the options say. `clear` takes away what stands on the terminal before the plan is shown.

    A run that may write keeps the journal locked to its end; one that can only plan just reads it. The sample
    tenant forgets everything, so its journal does too. Raises UsageError for a journal that cannot be read,
    is malformed or held by another run, and for an id that is none of a connection.
    """
    wish = Wish(
        managed=options.fix_managed,
        named=frozenset(_connection(text) for text in options.approve),
        most=options.max_fixes,
    )
    may_write = options.yes or may_ask()
    with ExitStack() as stack:
        file = options.journal_file or _usual(stack, is_demo=is_demo)
        kept = stack.enter_context(journal.opened(file)) if may_write else None
        yield FixRun(
            wish=wish,
            agree=_Agreement(yes=options.yes, quiet=options.quiet, may_write=may_write, clear=clear),
            history=kept.history if kept else journal.read(file),
            kept=kept,
            timeout_s=options.timeout_s,
            pace=pace or Pace(),
            step=step if options.quiet else _telling(step),
        )


def _usual(stack: ExitStack, *, is_demo: bool) -> Path:
    if is_demo:
        return Path(stack.enter_context(TemporaryDirectory(prefix="auditor-demo-"))) / "journal.jsonl"
    return journal.default_path()


def _connection(text: str) -> ArmId:
    try:
        rid = ArmId.parse(text.strip())
    except MalformedId:
        rid = None
    target = rid.parent if rid else None
    if rid is None or target is None or not _is_connection(rid, target):
        raise UsageError(
            f"--approve: {text!r} is not the id of a private endpoint connection",
            "Write it as /subscriptions/…/privateEndpointConnections/NAME, as the report shows it.",
        )
    return rid


def _is_connection(rid: ArmId, target: ArmId) -> bool:
    is_known = (target.resource_type or "").lower() in CONNECTION_OF
    return is_known and rid.segments[-2].lower() == "privateendpointconnections"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreement:
    yes: bool
    quiet: bool
    may_write: bool
    clear: Callable[[], None]

    def __call__(self, plan: Plan, earlier: Sequence[OpenChange]) -> str:
        self.clear()
        must_ask = self.may_write and not self.yes and bool(plan.changes or earlier)
        if must_ask or not self.quiet:
            show(plan, [one.change for one in earlier])
        if not plan.changes and not earlier:
            return "" if self.may_write else NOBODY_TO_ASK
        if not self.may_write:
            say(f"nothing was written, {NOBODY_TO_ASK}")
            return NOBODY_TO_ASK
        if self.yes or confirmed(_question(plan, earlier)):
            return ""
        return "not confirmed"


def _question(plan: Plan, earlier: Sequence[OpenChange]) -> str:
    parts = [f"settle {counted(len(earlier), 'approval')} that an earlier run left open"] if earlier else []
    parts += [f"make {counted(len(plan.changes), 'change')}"] if plan.changes else []
    return f"{' and '.join(parts).capitalize()}?"


def _telling(step: Step) -> Step:
    def told(what: str, change: Change) -> None:
        if what == "intended":
            say(f"{change.action} {change.subject}")
        step(what, change)

    return told
