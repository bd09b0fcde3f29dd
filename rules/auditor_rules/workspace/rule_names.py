"""Names for outbound rules that a remedy makes."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

# Source: https://learn.microsoft.com/rest/api/azureml/managed-network-settings-rule/create-or-update
LEAST, MOST = 3, 33


def free_name(words: str, taken: Collection[str]) -> str:
    """A name that ARM takes, made of the words, which overwrites no rule: `taken` are the names in use.

    >>> free_name("*.example.com", ["any-example-com"])
    'any-example-com-2'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", words.casefold().replace("*", "any")).strip("-")
    if len(plain) > MOST:
        plain = f"{plain[: MOST - 7]}-{sha256(plain.encode()).hexdigest()[:6]}"
    base, used = plain.ljust(LEAST, "0"), {one.casefold() for one in taken}
    name, number = base, 1
    while name in used:
        number += 1
        name = f"{base[: MOST - 3]}-{number}"
    return name
