"""Fixing: the only code that writes to Azure, and nothing that only audits imports it (`lint-imports`).

Plan, show, confirm, journal, read again, write, wait, read again, report. `docs/fixing.md` says what is
trusted and why.
"""
