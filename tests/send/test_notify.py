"""The command with --notify: who is told what, and that nothing about it touches the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Auditor, Outcome
from tests.send.listener import Inbox, listening

NARROW = ("--rule", "openai-*")
# As Teams writes them: escapes that must arrive as they are.
SECRET = "/w/run?sp=%2Ftriggers%2Fmanual%2Frun&sig=s3cr3t%2B%2f%3D"

Demo = Callable[..., Outcome]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def demo(inbox: Inbox, auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    """`auditor demo --notify` to the inbox, in the words of a service."""
    with listening(inbox, tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))

        def run(*arguments: str, kind: str = "json") -> Outcome:
            return auditor("demo", "-q", *NARROW, "--notify", f"{kind}+{server.url}{SECRET}", *arguments)

        yield run


@pytest.fixture
def report(auditor: Auditor) -> dict[str, Any]:
    return auditor("demo", "-q", *NARROW, "--format", "json").report


def saved(report: dict[str, Any], folder: Path) -> tuple[str, str]:
    """The options that compare with this report."""
    (folder / "before.json").write_text(json.dumps(report), encoding="utf-8")
    return "--baseline", "before.json"


def passed(result: dict[str, Any]) -> None:
    result.update(status="pass", reason=None, remediation=None, fix=None)
    if "gap" in result:
        result["gap"] = None


def test_first_run_tells_everything_that_is_open(demo: Demo, inbox: Inbox, report: dict[str, Any]) -> None:
    done = demo()
    ((path, message),) = inbox.posts
    assert (done.code, done.err, path) == (1, "", SECRET)
    failed = [one["fingerprint"] for one in report["results"] if one["status"] == "fail"]
    assert sorted(one["fingerprint"] for one in message["changes"]) == sorted(failed)
    assert message["compared_with"] is None
    assert message["counts"]["worse"] == len(failed)


def test_run_like_the_last_one_tells_nobody(
    demo: Demo, inbox: Inbox, report: dict[str, Any], tmp_path: Path
) -> None:
    done = demo(*saved(report, tmp_path))
    assert (done.code, done.err, inbox.posts) == (1, "", [])


@pytest.mark.parametrize("kind", ["json", "slack", "teams"])
def test_only_what_is_new_regressed_or_unseen_is_told(
    kind: str, demo: Demo, inbox: Inbox, report: dict[str, Any], tmp_path: Path
) -> None:
    failed = [one for one in report["results"] if one["status"] == "fail"]
    unknown = next(one for one in report["results"] if one["status"] == "unknown")
    was_right = next(one for one in report["results"] if one["status"] == "pass")
    new, regressed = failed[0], failed[1]
    report["results"].remove(new)
    passed(regressed)
    passed(unknown)
    was_right.update(status="fail", evidence=failed[2]["evidence"], remediation=failed[2]["remediation"])
    done = demo(*saved(report, tmp_path), kind=kind)
    assert (done.code, done.err) == (1, "")
    ((_, message),) = inbox.posts
    said = json.dumps(message)
    assert "auditor: 2 findings new or worse, 1 no longer judged, 1 fixed" in said
    if kind == "json":
        told = {one["fingerprint"]: one["kind"] for one in message["changes"]}
        assert told == {
            new["fingerprint"]: "new",
            regressed["fingerprint"]: "regressed",
            unknown["fingerprint"]: "unknown-now",
        }
        assert message["compared_with"]["id"] == report["run"]["id"]
    else:
        for one, word in ((new, "new"), (regressed, "regressed"), (unknown, "unknown-now")):
            assert f"{one['rule']} ({word})" in said
        for one in failed[2:]:
            if one["rule"] not in {new["rule"], regressed["rule"], unknown["rule"]}:
                assert one["rule"] not in said


def test_report_says_too_what_changed_since_the_baseline(
    auditor: Auditor, report: dict[str, Any], tmp_path: Path
) -> None:
    new = next(one for one in report["results"] if one["status"] == "fail")
    report["results"].remove(new)
    done = auditor("demo", "-q", *NARROW, "--format", "json", *saved(report, tmp_path))
    changes = done.report["changes"]
    assert changes["old"]["id"] == report["run"]["id"]
    assert [(one["kind"], one["fingerprint"]) for one in changes["changes"]] == [("new", new["fingerprint"])]


def test_baseline_wins_over_the_history_and_leaves_it_as_it_is(
    auditor: Auditor, demo: Demo, inbox: Inbox, report: dict[str, Any], tmp_path: Path
) -> None:
    history = ("--history", "history.db")
    assert demo(*history).code == 1
    assert demo(*history).code == 1
    assert len(inbox.posts) == 1, "the second run is like the first"
    report["results"].remove(next(one for one in report["results"] if one["status"] == "fail"))
    assert demo(*history, *saved(report, tmp_path)).code == 1
    assert inbox.posts[1][1]["compared_with"]["id"] == report["run"]["id"]
    assert demo(*history).code == 1
    assert len(inbox.posts) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_webhook_that_puts_off_is_told_once_more(status: int, demo: Demo, inbox: Inbox) -> None:
    inbox.answers = [(status, {"Retry-After": "0"})]
    done = demo()
    assert (done.code, done.err, len(inbox.posts)) == (1, "", 2)
    assert inbox.posts[0] == inbox.posts[1]


@pytest.mark.parametrize(
    ("answers", "posts"), [([503, 503], 2), ([404], 1), ([400], 1), ([302], 1), ([429, 403], 2)]
)
def test_webhook_that_refuses_is_one_line_without_its_address(
    answers: list[int], posts: int, demo: Demo, inbox: Inbox, tmp_path: Path
) -> None:
    headers = {"Retry-After": "0", "Location": "https://elsewhere.example/"}
    inbox.answers = [(status, headers) for status in answers]
    done = demo("--format", "json=report.json")
    said = f"auditor: json webhook at localhost was not told: it answered HTTP {answers[-1]}\n"
    assert (done.code, done.err, len(inbox.posts)) == (1, said, posts)
    report = (tmp_path / "report.json").read_text(encoding="utf-8")
    assert json.loads(report)["results"]
    assert "s3cr3t" not in report
    assert "notify" not in report


def test_webhook_that_does_not_answer_is_given_up(auditor: Auditor) -> None:
    done = auditor("demo", "-q", *NARROW, "--notify", "https://localhost:1/s3cr3t")
    assert done.code == 1
    assert done.err.startswith("auditor: json webhook at localhost was not told: it cannot be reached: ")
    assert "s3cr3t" not in done.err
    assert done.err.count("\n") == 1


def test_webhook_that_never_answers_is_waited_for_no_longer_than_the_timeout(
    demo: Demo, inbox: Inbox
) -> None:
    inbox.delay_s = 5
    done = demo("--timeout", "1")
    assert (done.code, len(inbox.posts)) == (1, 2)
    assert done.err == "auditor: json webhook at localhost was not told: no answer in 1 s\n"


def test_webhook_that_nobody_vouches_for_is_not_told(
    demo: Demo, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    done = demo()
    assert "its certificate is not trusted (see --ca-bundle)" in done.err
    assert (done.code, inbox.posts) == (1, [])


def test_every_webhook_is_told_though_one_fails(demo: Demo, inbox: Inbox) -> None:
    done = demo("--notify", "https://localhost:1/x")
    assert len(inbox.posts) == 1
    assert done.err.count("was not told") == 1


def test_no_address_is_said_at_any_verbosity(auditor: Auditor, inbox: Inbox, tmp_path: Path) -> None:
    with listening(inbox, tmp_path) as server:
        way = ("--notify", f"{server.url}{SECRET}", "--format", "json")
        done = auditor("demo", "-vv", *NARROW, *way)
    assert "s3cr3t" not in done.out + done.err


def test_baseline_that_is_no_report_ends_before_the_audit(auditor: Auditor, tmp_path: Path) -> None:
    (tmp_path / "before.json").write_text("{}", encoding="utf-8")
    done = auditor("demo", "--notify", "https://localhost:1/x", "--baseline", "before.json")
    assert (done.code, done.out) == (2, "")
    assert "before.json" in done.err


def test_demo_tells_nobody_on_the_word_of_its_surroundings(
    auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_NOTIFY", "https://localhost:1/x")
    assert auditor("demo", "-q", *NARROW).err == ""
