"""Private DNS: zones, records and links that make an endpoint's names lead to it."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.dns.dns_records_match import dns_records_match
from auditor_rules.dns.dns_resolver import dns_resolver
from auditor_rules.dns.dns_zone_exists import dns_zone_exists
from auditor_rules.dns.dns_zone_group import dns_zone_group
from auditor_rules.dns.dns_zone_linked import dns_zone_linked

RULES: tuple[Rule[Any], ...] = (
    dns_records_match,
    dns_resolver,
    dns_zone_exists,
    dns_zone_group,
    dns_zone_linked,
)
