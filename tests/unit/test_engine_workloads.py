"""Which workload a result is reported under, where its resource is no member itself."""

from __future__ import annotations

from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, HR_APP
from auditor_rules.private_endpoint.private_endpoint_health import private_endpoint_health
from auditor_rules.private_endpoint.private_endpoint_pending import private_endpoint_pending
from auditor_rules.role.role_over_privileged_identity import role_over_privileged_identity
from tests.rules.world import company


def test_connection_belongs_to_the_workloads_of_its_target() -> None:
    results = company().judge(private_endpoint_pending)
    connections = [one for one in results if one.resource.startswith(f"{CLAIMS_OPENAI}/")]
    assert connections
    assert all(one.workloads for one in connections)


def test_endpoint_belongs_to_the_workloads_of_its_related_ends() -> None:
    results = company().judge(private_endpoint_health)
    assert all(one.workloads for one in results if CLAIMS_OPENAI in one.related)
    assert any(CLAIMS_OPENAI in one.related for one in results)


def test_assignment_belongs_to_the_workloads_of_whoever_holds_it() -> None:
    results = company().judge(role_over_privileged_identity)
    failed = [one for one in results if one.status == "fail" and HR_APP in one.related]
    assert failed
    assert all(one.workloads for one in failed)
