"""Private endpoints and their connections."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.private_endpoint.private_endpoint_broken_connection import (
    private_endpoint_broken_connection,
)
from auditor_rules.private_endpoint.private_endpoint_common_network import private_endpoint_common_network
from auditor_rules.private_endpoint.private_endpoint_foreign_approval import private_endpoint_foreign_approval
from auditor_rules.private_endpoint.private_endpoint_health import private_endpoint_health
from auditor_rules.private_endpoint.private_endpoint_pending import private_endpoint_pending
from auditor_rules.private_endpoint.private_endpoint_retired_managed import private_endpoint_retired_managed
from auditor_rules.private_endpoint.private_endpoint_unknown_requester import (
    private_endpoint_unknown_requester,
)

RULES: tuple[Rule[Any], ...] = (
    private_endpoint_broken_connection,
    private_endpoint_common_network,
    private_endpoint_foreign_approval,
    private_endpoint_health,
    private_endpoint_pending,
    private_endpoint_retired_managed,
    private_endpoint_unknown_requester,
)
