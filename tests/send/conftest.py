"""The command beside the servers that it sends to."""

from __future__ import annotations

from tests.cli.conftest import auditor, serve

__all__ = ["auditor", "serve"]
