"""A fix run that kills itself at one step: `python -m tests.fix.killed STEP ARGUMENT…`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from auditor import plugins
from auditor.fix.change import Change
from auditor.fix.prepared import prepared
from auditor.options import parse
from auditor.progress import SilentProgress
from auditor.scan import scan


def main(at: str, arguments: list[str]) -> None:
    def step(what: str, _change: Change) -> None:
        if what == at:
            os.kill(os.getpid(), signal.SIGKILL)

    options = parse(arguments, os.environ, Path.cwd()).options
    with prepared(options, step=step) as then:
        scan(options, plugins.load(), (), SilentProgress(), then)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
