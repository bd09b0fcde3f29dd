"""registry-admin-access."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.resources.container_registry import Registry
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.dependencies import USED_REGISTRIES

_UPDATE = "az acr update --name {name} --resource-group {group} --subscription {subscription}"
_NO_ADMIN = Remedy(
    summary="Disable the admin user, once everything that signs in with it does so with an identity.",
    az=f"{_UPDATE} --admin-enabled false",
)
_NO_ANONYMOUS = Remedy(summary="Disable anonymous pull.", az=f"{_UPDATE} --anonymous-pull-enabled false")
_NEITHER = Remedy(
    summary="Disable anonymous pull, and the admin user once everything that signs in with it does so with an"
    " identity.",
    az=f"{_UPDATE} --admin-enabled false --anonymous-pull-enabled false",
)


@rule(
    id="registry-admin-access",
    title="Registry refuses the admin user and anonymous pull",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=USED_REGISTRIES,
    profiles=("private-openai", "prompt-flow", "compute-session"),
    remedy=_NO_ADMIN,
    controls=controls(
        policy=(
            "dc921057-6b28-4fbe-9b83-f7bec05db6c2",
            "9f2dea28-e834-476c-99c5-3507b4728395",
        ),
        mcsb=("IM-1",),
        nist=("AC-2",),
    ),
    sources=(
        Source(
            title="Set up authentication between Azure Machine Learning and other services",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication",
        ),
        Source(
            title="Make your container registry content publicly available",
            url="https://learn.microsoft.com/azure/container-registry/anonymous-pull-access",
        ),
    ),
)
def registry_admin_access(registry: Registry, view: View) -> Verdict:
    """Images are pulled and pushed by identities only: no admin user, no anonymous pull.

    Why
        The admin user is one name with two passwords that everybody shares; it may pull and push every image,
        and nobody can tell who did. With anonymous pull whoever reaches the registry reads every image. An
        image that somebody replaced runs with the identity of the workspace or app that pulls it.
    Pass when
        `adminUserEnabled` and `anonymousPullEnabled` are both false, absent or null, which mean false.
    Fail when
        Either is true. Registries that Azure Machine Learning made start with the admin user enabled.
    Unknown when
        One of them is no true or false, the registry could not be read, or a related container app pulls from
        an Azure registry that is in no audited subscription.
    Not applicable when
        A workspace has no registry yet: one is made when the first image is built.
    Evidence
        `properties.adminUserEnabled` and `properties.anonymousPullEnabled` of
        `Microsoft.ContainerRegistry/registries`, api-version 2025-11-01.
    Remedy
        Give the identities that pull AcrPull, then disable the admin user and anonymous pull.
    """
    checks = (attempt(lambda: _admin(registry)), attempt(lambda: _anonymous(registry)))
    verdict = worst(checks, own=Severity.MEDIUM)
    if isinstance(verdict, Fail) and all(isinstance(check, Fail) for check in checks):
        return replace(verdict, remedy=_NEITHER)
    return verdict


def _admin(registry: Registry) -> Verdict:
    if not registry.admin_user.value:
        return _pass(registry)
    said = "the admin user is enabled: shared passwords pull and push every image"
    return Fail(message=said, evidence=(registry.admin_user.evidence(),), remedy=_NO_ADMIN)


def _anonymous(registry: Registry) -> Verdict:
    if not registry.anonymous_pull.value:
        return _pass(registry)
    said = "anonymous pull is enabled: whoever reaches the registry reads every image"
    return Fail(message=said, evidence=(registry.anonymous_pull.evidence(),), remedy=_NO_ANONYMOUS)


def _pass(registry: Registry) -> Pass:
    evidence = (registry.admin_user.evidence(), registry.anonymous_pull.evidence())
    return Pass(message="the admin user and anonymous pull are off", evidence=evidence)
