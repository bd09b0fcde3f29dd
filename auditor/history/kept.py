"""A history: each run is compared with the last one of its series, then added in one transaction."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy import insert

from auditor.diff import compare, side_of
from auditor.history.address import Address
from auditor.history.database import Database, Unusable
from auditor.history.past import first_seen, last_of
from auditor.history.rows import rows_of
from auditor.history.series import series_of
from auditor.model.result import AuditResult

log = logging.getLogger(__name__)


class Kept:
    """See `auditor.history.keeping.Keeping`. A database that fails once is not asked again."""

    def __init__(self, address: Address) -> None:
        """Raises UsageError where the database cannot be used."""
        self._database = Database(address)
        self._database.prepare()
        self._failure = ""

    def compared(self, result: AuditResult) -> AuditResult:
        """The report unchanged where nothing was audited, and where the database fails."""
        if result.unaudited is not None:
            return result
        try:
            return self._compared(result)
        except Unusable as error:
            # Kept without the past, every failure would seem to be seen for the first time.
            self._failure = str(error)
            return result

    def keep(self, result: AuditResult) -> str:
        if not self._failure:
            try:
                with self._database.writing() as connection:
                    for table, rows in rows_of(result):
                        if rows:
                            connection.execute(insert(table), rows)
                log.info("run %s is kept in %s", result.run.id, self._database.address.shown)
                return ""
            except Unusable as error:
                self._failure = str(error)
        shown = self._database.address.shown
        return f"the run is reported, but it could not be kept in the history {shown}: {self._failure}"

    def _compared(self, result: AuditResult) -> AuditResult:
        failed = {one.fingerprint for one in result.results if one.status == "fail"}
        with self._database.reading() as connection:
            known = first_seen(connection, result.run, sorted(failed))
            last = last_of(connection, series_of(result.run), result.run.started_at)
        started_at = result.run.started_at
        seen = tuple(
            replace(one, first_seen=known.get(one.fingerprint, started_at)) if one.status == "fail" else one
            for one in result.results
        )
        changes = compare(last, side_of(result)) if last else None
        return replace(result, results=seen, changes=changes)
