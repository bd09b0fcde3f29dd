"""Guided fixes: the remedy of a single finding, applied through Azure's own typed clients.

Judge again, plan, show, confirm, journal, read again, write, wait, read again, report. What could lock people
out is no part of it: such remedies are only printed.
"""
