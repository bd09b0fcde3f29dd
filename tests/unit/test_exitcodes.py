from __future__ import annotations

from itertools import combinations

import pytest

from auditor.errors import AuditorError, NothingAudited, UsageError
from auditor.exitcodes import ExitCode, choose

WINNING_ORDER = [2, 3, 5, 1, 4, 6, 0]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("COMPLETE", 0),
        ("FINDINGS", 1),
        ("USAGE", 2),
        ("NOTHING_AUDITED", 3),
        ("INCOMPLETE", 4),
        ("FIX_FAILED", 5),
        ("NOT_KEPT", 6),
    ],
)
def test_exit_code_by_name_has_its_published_number(name: str, number: int) -> None:
    assert ExitCode[name] == number


@pytest.mark.parametrize("pair", list(combinations(WINNING_ORDER, 2)))
def test_choose_of_two_codes_returns_the_earlier_in_the_order(pair: tuple[int, int]) -> None:
    winner, loser = (ExitCode(number) for number in pair)
    assert choose([winner, loser]) is winner
    assert choose([loser, winner]) is winner


def test_choose_of_nothing_returns_complete() -> None:
    assert choose([]) is ExitCode.COMPLETE


@pytest.mark.parametrize(
    ("error", "text", "code"),
    [
        (UsageError("no such file", "Check the path."), "no such file. Check the path.", 2),
        (UsageError("no such file."), "no such file.", 2),
        (NothingAudited("sign-in failed", "Run az login."), "sign-in failed. Run az login.", 3),
        (AuditorError("a\nb\x1b[31m\u202e\udcff", ""), r"a\nb\x1b[31m\u202e\udcff", 2),
    ],
)
def test_error_as_text_is_one_safe_line_with_its_hint(error: AuditorError, text: str, code: int) -> None:
    assert str(error) == text
    assert error.exit_code == code
    str(error).encode("utf-8")
