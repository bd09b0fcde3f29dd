"""The log of a pipeline, which obeys the commands that stand in it: only ours may.

GitHub Actions and Azure Pipelines read every line that a step prints, on both streams, and carry out what
looks like a command: `::add-mask::…` at the start of a line, `##[…]` and `##vso[…]` anywhere in it. A name or
a message from the tenant could be one. So in a pipeline all that the program says is made harmless on its
way out; `command` is the one door around it.

Sources: github.com/actions/runner, src/Runner.Common/ActionCommand.cs;
github.com/microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Command.cs
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final, TextIO, cast
from urllib.parse import quote

# Both services compare by culture, which overlooks characters that are not seen, such as a soft hyphen.
_UNSEEN: Final = r"[^\w\s!-~]*"
_ANYWHERE: Final = re.compile(
    rf"#({_UNSEEN})#(?={_UNSEEN}(?:v{_UNSEEN}s{_UNSEEN}o{_UNSEEN})?\[)", re.IGNORECASE
)
_AT_LINE_START: Final = re.compile(rf"(?:^|(?<=\r))([^\w!-~\r\n]*):(?={_UNSEEN}:)", re.MULTILINE)


class Service(StrEnum):
    """Whose log standard output and standard error are."""

    GITHUB_ACTIONS = "GitHub Actions"
    AZURE_PIPELINES = "Azure Pipelines"


def service(environ: Mapping[str, str]) -> Service | None:
    """The pipeline that runs us; None outside of the two.

    https://docs.github.com/actions/reference/workflows-and-actions/variables and
    https://learn.microsoft.com/azure/devops/pipelines/build/variables say that these are always set.
    """
    if environ.get("GITHUB_ACTIONS", "").lower() == "true":
        return Service.GITHUB_ACTIONS
    if environ.get("TF_BUILD", "").lower() == "true":
        return Service.AZURE_PIPELINES
    return None


def page(environ: Mapping[str, str]) -> str | None:
    """The address of the page that shows this run of the pipeline; None outside of one."""
    match service(environ):
        case Service.GITHUB_ACTIONS:
            place = f"{environ.get('GITHUB_REPOSITORY')}/actions/runs/{environ.get('GITHUB_RUN_ID')}"
            url = f"{environ.get('GITHUB_SERVER_URL')}/{place}"
        case Service.AZURE_PIPELINES:
            place = f"{quote(environ.get('SYSTEM_TEAMPROJECT', ''))}/_build/results"
            url = f"{environ.get('SYSTEM_COLLECTIONURI')}{place}?buildId={environ.get('BUILD_BUILDID')}"
        case _:
            return None
    # Nothing that a message could take for the end of an address.
    return url if re.fullmatch(r"https://[\w./%?=:+-]+", url) else None


def harmless(text: str) -> str:
    """The text with a space in each command, so that it is read and not obeyed.

    >>> harmless("x ##vso[task.setvariable]y")
    'x # #vso[task.setvariable]y'
    """
    return _AT_LINE_START.sub(r"\1: ", _ANYWHERE.sub(r"# \1#", text))


class _Guarded:
    """A text stream without commands. Each `write` is looked at by itself: ours are whole lines or more."""

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    def write(self, text: str) -> int:
        self.beneath.write(harmless(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Make harmless what is said meanwhile. A report that goes to a file by `>` stays as it is."""
    before = sys.stdout, sys.stderr
    if not _is_file(sys.stdout):
        sys.stdout = cast(TextIO, _Guarded(sys.stdout))
    sys.stderr = cast(TextIO, _Guarded(sys.stderr))
    try:
        yield
    except Exception:
        # A defect: Python has yet to print it, with texts that may be anybody's.
        raise
    except BaseException:
        sys.stdout, sys.stderr = before
        raise
    else:
        sys.stdout, sys.stderr = before


def command(line: str) -> None:
    """Say one command of ours, on standard error: standard output may be somebody's report.

    Every part of `line` that came from elsewhere must have been escaped.
    """
    stream = sys.stderr.beneath if isinstance(sys.stderr, _Guarded) else sys.stderr
    stream.write(f"{line}\n")
    stream.flush()


def _is_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False
