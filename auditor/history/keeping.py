"""The history of one audit: asked before the report is written, told after it."""

from __future__ import annotations

from typing import Protocol

from auditor.model.result import AuditResult


class Keeping(Protocol):
    """What the command does with a history; without one, nothing."""

    def compared(self, result: AuditResult) -> AuditResult:
        """The report with what changed since the last run, and since when each failure is known."""
        ...

    def keep(self, result: AuditResult) -> str:
        """Keep the run, whole or not at all. Returns one line saying why it was not kept, else nothing."""
        ...


def open_history(address: str | None) -> Keeping:
    """The history at the address, ready to be written to. Raises UsageError where it cannot be."""
    if address is None:
        return _Nothing()
    from auditor.history import address as addresses

    where = addresses.read(address)
    from auditor.history.kept import Kept

    return Kept(where)


class _Nothing:
    """No history was asked for."""

    def compared(self, result: AuditResult) -> AuditResult:
        return result

    def keep(self, result: AuditResult) -> str:
        return ""
