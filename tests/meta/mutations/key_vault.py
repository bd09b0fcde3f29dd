"""The key vaults of workspaces."""

from __future__ import annotations

from auditor.sandbox.sample.learning_dependencies import VAULT
from tests.meta.mutations.changes import cut, every, put
from tests.meta.mutations.mutation import Mutation

ACTION = "properties.networkAcls.defaultAction"
ACCESS = "properties.publicNetworkAccess"

MUTATIONS = (
    Mutation(
        name="vault-without-purge-protection",
        change=cut(VAULT, "properties.enablePurgeProtection"),
        flips="""
    fail key-vault-authorization on kv-actuarial-ml of actuarial-ml
    """,
    ),
    Mutation(
        name="vault-on-access-policies",
        change=put(VAULT, "properties.enableRbacAuthorization", False),
        flips="""
    fail key-vault-authorization on kv-actuarial-ml of actuarial-ml
    fail role-session-identity-key-vault on kv-actuarial-ml of id-actuarial-sessions
    """,
    ),
    Mutation(
        name="vault-open",
        change=every(put(VAULT, ACCESS, "Enabled"), put(VAULT, ACTION, "Allow")),
        flips="""
    fail key-vault-isolation on kv-actuarial-ml of actuarial-ml
    """,
    ),
    Mutation(
        name="vault-never-touched",
        change=every(cut(VAULT, ACCESS), cut(VAULT, "properties.networkAcls")),
        flips="""
    fail key-vault-isolation on kv-actuarial-ml of actuarial-ml
    """,
    ),
)
