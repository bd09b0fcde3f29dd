from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor import waivers
from auditor.errors import UsageError
from auditor.waivers import Waiver

TODAY = date(2026, 6, 1)
STORAGE = "/subscriptions/s/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/st1"
ENTRY = {
    "rule": '"storage-*"',
    "resource": f'"{STORAGE}"',
    "reason": '"by design"',
    "owner": '"team"',
    "expires": "2026-12-31",
}
# What ARM allows in names, plus what a glob or a regular expression would take for its own.
names = st.text(st.sampled_from("abcXYZ019-_.()[]+?$^|\\ é"), min_size=1, max_size=6)
paths = st.lists(names, min_size=1, max_size=6)


def waiver(resource: str, rule: str = "a-rule", expires: date = TODAY) -> Waiver:
    return Waiver(rule=rule, resource=resource, reason="", owner="team", expires=expires)


def written(folder: Path, **changes: str | None) -> Path:
    """Write a file of one waiver; a change to None leaves the key out."""
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    file = folder / "waivers.toml"
    lines = ["[[waiver]]", *(f"{key} = {value}" for key, value in entry.items())]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("glob", "resource", "covered"),
    [
        (STORAGE, STORAGE, True),
        (STORAGE, STORAGE.upper(), True),
        (STORAGE.upper(), STORAGE, True),
        (STORAGE, STORAGE + "/", True),
        (STORAGE, STORAGE + "0", False),
        (STORAGE, STORAGE + "/blobServices/default", False),
        (STORAGE + "0", STORAGE, False),
        (STORAGE.replace("rg1", "*"), STORAGE, True),
        (STORAGE.replace("st1", "st*"), STORAGE + "0", True),
        (STORAGE.replace("st1", "s*1"), STORAGE + "0", False),
        ("/subscriptions/*", STORAGE, False),
        ("/subscriptions/**", STORAGE, True),
        ("/subscriptions/s/**/storageAccounts/st1", STORAGE, True),
        ("/subscriptions/s/**/storageAccounts/st", STORAGE, False),
        ("**/storageAccounts/st1", STORAGE, True),
        ("**/Accounts/st1", STORAGE, False),
        (STORAGE + "/**", STORAGE, True),
        (STORAGE + "/**", STORAGE + "0", False),
        (STORAGE + "/*", STORAGE, False),
        ("**", STORAGE, True),
        ("/subscriptions/*/*/*/providers/Microsoft.Storage/**", STORAGE, True),
        ("/subscriptions/s/resourceGroups/rg.", "/subscriptions/s/resourceGroups/rg1", False),
        ("/subscriptions/s/resourceGroups/rg[1]", "/subscriptions/s/resourceGroups/rg1", False),
    ],
)
def test_resource_glob_covers_whole_segments_only(glob: str, resource: str, covered: bool) -> None:
    assert waiver(glob).covers("a-rule", resource) is covered


@pytest.mark.parametrize(
    ("glob", "rule_id", "covered"),
    [
        ("storage-tls", "storage-tls", True),
        ("Storage-TLS", "storage-tls", True),
        ("storage-*", "storage-tls", True),
        ("*", "storage-tls", True),
        ("storage-tls", "storage-tls-old", False),
        ("tls", "storage-tls", False),
        ("storage-tl.", "storage-tls", False),
    ],
)
def test_rule_glob_covers_whole_ids_only(glob: str, rule_id: str, covered: bool) -> None:
    assert waiver(STORAGE, rule=glob).covers(rule_id, STORAGE) is covered


@given(paths)
def test_plain_waiver_covers_its_own_resource_in_any_case(path: list[str]) -> None:
    resource = "/" + "/".join(path)
    assert waiver(resource).covers("a-rule", resource.upper())


@given(paths, st.data())
def test_plain_waiver_of_a_resource_that_differs_in_one_segment_never_covers(
    path: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(path) - 1))
    other = data.draw(names)
    assume(other.lower() != path[place].lower())
    changed = [*path[:place], other, *path[place + 1 :]]
    assert not waiver("/" + "/".join(path)).covers("a-rule", "/" + "/".join(changed))


@given(paths, st.data())
def test_waiver_with_one_star_segment_covers_that_segment_and_no_other(
    path: list[str], data: st.DataObject
) -> None:
    star = data.draw(st.integers(0, len(path) - 1))
    place = data.draw(st.integers(0, len(path) - 1))
    other = data.draw(names)
    assume(other.lower() != path[place].lower())
    glob = [*path[:star], "*", *path[star + 1 :]]
    changed = [*path[:place], other, *path[place + 1 :]]
    assert waiver("/" + "/".join(glob)).covers("a-rule", "/" + "/".join(changed)) is (place == star)


@given(paths, paths)
def test_plain_waiver_never_covers_a_longer_or_shorter_resource(path: list[str], more: list[str]) -> None:
    short, long = "/" + "/".join(path), "/" + "/".join([*path, *more])
    assert not waiver(short).covers("a-rule", long)
    assert not waiver(long).covers("a-rule", short)


@given(paths, paths, paths)
def test_double_star_covers_any_number_of_segments(
    before: list[str], between: list[str], after: list[str]
) -> None:
    glob = waiver("/" + "/".join([*before, "**", *after]))
    assert glob.covers("a-rule", "/" + "/".join([*before, *between, *after]))
    assert glob.covers("a-rule", "/" + "/".join([*before, *after]))
    assert not glob.covers("a-rule", "/" + "/".join([*before, *between]) + "/not-the-end-of-it")


@pytest.mark.parametrize(("days_after_expiry", "in_force"), [(-1, True), (0, True), (1, False), (400, False)])
def test_waiver_holds_through_its_last_day(days_after_expiry: int, in_force: bool) -> None:
    one = waiver(STORAGE, expires=TODAY)
    today = TODAY + timedelta(days=days_after_expiry)
    assert waivers.matching([one], "a-rule", STORAGE, today=today) == (one if in_force else None)
    assert one.has_expired(today) is not in_force


def test_matching_of_several_returns_the_first_in_force() -> None:
    past = waiver(STORAGE, expires=TODAY - timedelta(days=1))
    elsewhere = waiver(STORAGE + "0")
    wide, narrow = waiver("**"), waiver(STORAGE)
    assert waivers.matching([past, elsewhere, wide, narrow], "a-rule", STORAGE, today=TODAY) is wide
    assert waivers.matching([wide], "b-rule", STORAGE, today=TODAY) is None


def test_load_of_a_whole_waiver_returns_its_values(tmp_path: Path) -> None:
    assert waivers.load(written(tmp_path), TODAY) == (
        Waiver(
            rule="storage-*",
            resource=STORAGE,
            reason="by design",
            owner="team",
            expires=date(2026, 12, 31),
        ),
    )


def test_load_of_an_empty_file_returns_none(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text("", encoding="utf-8")
    assert waivers.load(file, TODAY) == ()


@pytest.mark.parametrize("owner", [None, '""', '" "'])
def test_load_of_a_waiver_without_an_owner_accepts_it_and_it_is_never_in_force(
    tmp_path: Path, owner: str | None
) -> None:
    (found,) = waivers.load(written(tmp_path, owner=owner), TODAY)
    assert found.owner == ""
    assert waivers.matching([found], "storage-tls", STORAGE, today=TODAY) is None


@pytest.mark.parametrize("expires", ["2027-06-01", "2026-06-01", "2020-01-01"])
def test_load_of_an_expiry_within_365_days_accepts_it(tmp_path: Path, expires: str) -> None:
    (found,) = waivers.load(written(tmp_path, expires=expires), TODAY)
    assert found.expires == date.fromisoformat(expires)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner": "7"}, "is a whole number"),
        ({"rule": None}, "rule: is missing"),
        ({"resource": None}, "resource: is missing"),
        ({"expires": None}, "expires: is missing"),
        ({"expires": '"2026-12-31"'}, "expires: must be a date, is text in quotes"),
        ({"expires": "2026-12-31T00:00:00Z"}, "expires: must be a date"),
        ({"expires": "2026-13-31"}, "malformed TOML"),
        (
            {"expires": "2027-06-02"},
            "2027-06-02 is more than 365 days ahead. Choose 2027-06-01 at the latest.",
        ),
        ({"expiry": "2026-12-31"}, "unknown key 'expiry'. Did you mean expires?"),
        ({"resource": '"st1"'}, "'st1' is not an ARM id"),
        ({"resource": '"*"'}, "'*' is not an ARM id"),
        ({"resource": '"/subscriptions/a**b"'}, "has ** within a segment"),
        ({"rule": '"a/b"'}, "neither a rule id nor a glob"),
    ],
)
def test_load_of_a_wrong_waiver_says_file_table_and_key_on_one_line(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    file = written(tmp_path, **changes)
    with pytest.raises(UsageError) as caught:
        waivers.load(file, TODAY)
    text = str(caught.value)
    assert said in text
    assert str(file) in text
    assert "\n" not in text
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[waiver]\nrule = 'a'", "Write it as [[waiver]]."),
        ("[[waivers]]\nrule = 'a'", "Did you mean waiver?"),
        ("waiver = [1]", "must be a table"),
        ("[[waiver", "malformed TOML"),
    ],
)
def test_load_of_a_wrong_file_is_a_usage_error(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        waivers.load(file, TODAY)
    assert said in str(caught.value)


def test_load_of_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        waivers.load(tmp_path / "none.toml", TODAY)
