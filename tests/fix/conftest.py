"""The command over a served company, as the tests of the command line have it."""

from __future__ import annotations

from tests.cli.conftest import auditor, serve

__all__ = ["auditor", "serve"]
