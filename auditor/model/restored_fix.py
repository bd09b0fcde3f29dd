"""The entries of `fixes` in a saved report, and evidence, read back."""

from __future__ import annotations

from typing import cast, get_args

from auditor.model.finding import ABSENT, Evidence
from auditor.model.fix import Action, Fix, FixKind, Outcome
from auditor.model.json_object import JsonObject


def restored_evidence(of: JsonObject) -> Evidence:
    """A property that was not on the wire has no `value`: null is something that ARM said."""
    value = of.value("value") if "value" in of.values else ABSENT
    evidence = Evidence(resource=of.text("resource"), path=of.text("path"), value=value)
    of.refuse_rest()
    return evidence


def restored_fix(of: JsonObject) -> Fix:
    fix = Fix(
        kind=of.chosen("kind", FixKind),
        target=of.text("target"),
        connection=of.optional_text("connection"),
        private_endpoint=of.optional_text("private_endpoint"),
        decision=of.optional_text("decision"),
        row=of.optional_whole("row"),
        action=cast("Action", of.one_of("action", get_args(Action))),
        outcome=of.chosen("outcome", Outcome),
        before=of.optional_text("before"),
        after=of.optional_text("after"),
        message=of.text("message"),
        evidence=tuple(restored_evidence(seen) for seen in of.objects("evidence")),
        unproven=of.texts("unproven"),
        revert=of.optional_text("revert"),
    )
    of.refuse_rest()
    return fix
