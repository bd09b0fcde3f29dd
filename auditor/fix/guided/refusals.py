"""Why a remedy is not applied, though nothing failed yet."""

from __future__ import annotations


class CannotApply(Exception):
    """The remedy does not fit what is there now; the message completes "it is not applied: …"."""
