"""Which runs ask the same question: only those are compared with each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from auditor.model.result import Run

# What is asked for, not what was found: a subscription that the sign-in no longer sees must be missed.
_SCOPE = ("subscription", "management_group", "resource_group")
_RULES = ("rule", "skip_rule", "all_resources")


def series_of(run: Run) -> str:
    """The same for runs of one tenant and cloud with the same options of scope and rules, in any order."""
    asked = {key: _plain(run.options[key]) for key in (*_SCOPE, *_RULES) if run.options.get(key)}
    question = [run.cloud, (run.tenant_id or "").lower(), run.profile, asked]
    # Escaped as ASCII, so that no text is too odd to be hashed.
    return sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


def question(profile: str, options: Mapping[str, object]) -> str:
    """The question in words: `all, subscription norrland-ai-prod`."""
    return ", ".join((f"profile {profile}", *_words(options)))


def _words(options: Mapping[str, object]) -> Iterator[str]:
    for key in (*_SCOPE, *_RULES):
        value = options.get(key)
        if value:
            said = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            yield key.replace("_", " ") + ("" if value is True else f" {said}")


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return sorted({str(entry).lower() for entry in value})
    return value.lower() if isinstance(value, str) else value
