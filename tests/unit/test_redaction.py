"""No message shows the password of an address."""

from __future__ import annotations

import pytest

from auditor.errors import UsageError
from auditor.model.plaintext import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:pw@h/d", "postgresql://u:***@h/d"),
        ("takes no argument 'postgresql://u:p@w:/x@h:1/d'", "takes no argument 'postgresql://u:***@h:1/d'"),
        ("postgresql://:pw@h", "postgresql://:***@h"),
        ("postgresql://h/d?password=pw&sslmode=require", "postgresql://h/d?password=***&sslmode=require"),
        ("x?a=1&sslPassword=pw'", "x?a=1&sslPassword=***'"),
        ("https://management.example:443/subscriptions", "https://management.example:443/subscriptions"),
        ("user@example.com: no role", "user@example.com: no role"),
        ("https://h:1/ was refused for a@b", "https://h:1/ was refused for a@b"),
    ],
)
def test_redacted_text_hides_passwords_and_nothing_else(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert str(UsageError(text, text)).count(shown) == 2
