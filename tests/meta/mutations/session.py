"""What the identity of prompt flow's compute sessions may do."""

from __future__ import annotations

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.sandbox.sample.learning_dependencies import COMPONENT, STORAGE, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.shared_services import REGISTRY
from tests.meta.mutations.changes import put
from tests.meta.mutations.mutation import Mutation
from tests.rules.role.session_changes import revoked

DEPLOYMENT = f"{WORKSPACE}/onlineEndpoints/reserve-forecast/deployments/blue"
OWN_IMAGE = put(DEPLOYMENT, "properties.environmentId", f"{WORKSPACE}/environments/flow-base/versions/3")
FED = Declared(
    workloads=(DeclaredWorkload(name="w", kind="prompt-flow", workspace=(WORKSPACE,), private_feed=True),)
)

MUTATIONS = (
    Mutation(
        name="session-may-not-manage-the-workspace",
        change=revoked(WORKSPACE),
        flips="""
    fail role-session-identity-workspace on actuarial-ml of id-actuarial-sessions
    no role-orphaned-assignment on 85bd840c of 26e31347
    no role-over-privileged-identity on 85bd840c of actuarial-ml
    """,
    ),
    Mutation(
        name="session-may-not-manage-storage",
        change=revoked(STORAGE),
        flips="""
    fail role-session-identity-storage on stactuarialml of id-actuarial-sessions
    no role-orphaned-assignment on 01b70af3 of 26e31347
    no role-orphaned-assignment on c2d10192 of 26e31347
    no role-orphaned-assignment on d0858acb of 26e31347
    no role-over-privileged-identity on 01b70af3 of actuarial-ml
    no role-over-privileged-identity on c2d10192 of actuarial-ml
    no role-over-privileged-identity on d0858acb of actuarial-ml
    """,
    ),
    Mutation(
        name="session-may-not-manage-the-registry",
        change=revoked(REGISTRY),
        flips="""
    fail role-session-identity-registry on crnorrlandai of id-actuarial-sessions
    no role-over-privileged-identity on 03c35bf5 of actuarial-ml
    """,
    ),
    Mutation(
        name="session-may-not-manage-telemetry",
        change=revoked(COMPONENT),
        flips="""
    fail role-session-identity-app-insights on appi-actuarial-ml of id-actuarial-sessions
    no role-over-privileged-identity on bd393f5b of actuarial-ml
    """,
    ),
    Mutation(
        name="session-may-not-use-the-vault",
        change=revoked(VAULT),
        flips="""
    fail role-session-identity-key-vault on kv-actuarial-ml of id-actuarial-sessions
    no role-over-privileged-identity on 00000000 of actuarial-ml
    no role-over-privileged-identity on a165cfd5 of actuarial-ml
    """,
    ),
    Mutation(
        name="session-may-not-pull-its-image",
        change=revoked(REGISTRY),
        before=OWN_IMAGE,
        flips="""
    fail role-session-identity-registry on crnorrlandai of id-actuarial-sessions
    fail role-session-image-pull on crnorrlandai of id-actuarial-sessions
    no role-over-privileged-identity on 03c35bf5 of actuarial-ml
    """,
    ),
    Mutation(
        name="session-may-not-look-for-the-feed",
        change=revoked(VAULT),
        declared=FED,
        flips="""
    fail role-session-identity-key-vault on kv-actuarial-ml of id-actuarial-sessions
    fail role-session-private-feed on kv-actuarial-ml of id-actuarial-sessions
    no role-over-privileged-identity on 00000000 of actuarial-ml
    no role-over-privileged-identity on a165cfd5 of actuarial-ml
    """,
    ),
)
