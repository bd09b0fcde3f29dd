"""A live-tenant compliance auditor for private Azure AI estates."""

from __future__ import annotations

__version__ = "0.1.0"
