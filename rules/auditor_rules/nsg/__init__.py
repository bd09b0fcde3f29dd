"""Network security groups on the subnets that hold private endpoints."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.nsg.nsg_consumer_allowed import nsg_consumer_allowed
from auditor_rules.nsg.nsg_effective_on_private_endpoints import nsg_effective_on_private_endpoints
from auditor_rules.nsg.nsg_others_denied import nsg_others_denied

RULES: tuple[Rule[Any], ...] = (nsg_consumer_allowed, nsg_effective_on_private_endpoints, nsg_others_denied)
