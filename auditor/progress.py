"""Progress of a scan. The engine reports to a `Progress` and never asks whether anyone watches."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


class Progress(Protocol):
    """Receives what a scan is doing. Every method returns at once and raises nothing."""

    def started(self, what: str) -> None:
        """A stage began; `what` is a short phrase such as "reading subscriptions"."""

    def request_finished(self) -> None:
        """One more request to Azure was answered."""

    def close(self) -> None:
        """The scan is over; may be called more than once."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SilentProgress:
    """Shows nothing: for pipelines, tests and `--no-progress`."""

    def started(self, what: str) -> None:
        pass

    def request_finished(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class TerminalProgress:
    """One transient line on stderr: stage, requests, elapsed time."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        self._requests = 0
        # markup=False: stage names may carry text of the tenant.
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[counts]}", markup=False),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None, counts="")

    def started(self, what: str) -> None:
        from auditor.model.plaintext import one_line

        self._bar.update(self._task, description=one_line(what))

    def request_finished(self) -> None:
        self._requests += 1
        self._bar.update(self._task, counts=f"{self._requests} requests")

    def close(self) -> None:
        self._bar.stop()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def choose_progress(*, wanted: bool, stderr_is_terminal: bool) -> Progress:
    """Return a visible progress only where someone wants it and can see it."""
    return TerminalProgress() if wanted and stderr_is_terminal else SilentProgress()
