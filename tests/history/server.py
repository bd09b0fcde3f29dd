"""A private PostgreSQL server on a socket in a temporary directory, run by somebody who is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.tools import require

# Debian keeps the server's programs out of the path, a directory for each version.
_DEBIAN = Path("/usr/lib/postgresql")
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


@contextmanager
def postgresql() -> Iterator[Path]:
    """Yields the directory of its socket. Skips or fails without a server, as `tests.tools` does."""
    initdb, pg_ctl = _programs()
    # A socket's path may have 107 characters: not as deep as pytest's own directories.
    folder = Path(mkdtemp(prefix="auditor-pg-"))
    who = _somebody()
    try:
        if who is not None:
            os.chown(folder, who.pw_uid, who.pw_gid)
        data = folder / "data"
        _run(
            who,
            initdb,
            "--pgdata",
            str(data),
            "--username=auditor",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
        )
        settings = [word for setting in _QUICK for word in ("-c", setting)]
        options = " ".join(("-c listen_addresses=''", f"-k {folder}", *settings))
        log = str(folder / "log")
        _run(who, pg_ctl, "--pgdata", str(data), "--log", log, "--options", options, "--wait", "start")
        try:
            yield folder
        finally:
            _run(who, pg_ctl, "--pgdata", str(data), "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> tuple[str, str]:
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if versions:
        return str(versions[-1]), str(versions[-1].with_name("pg_ctl"))
    return require("initdb"), require("pg_ctl")


def _somebody() -> pwd.struct_passwd | None:
    """The server refuses to run as root; None where we are somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("nobody is there to run PostgreSQL but root")


def _run(who: pwd.struct_passwd | None, *command: str) -> None:
    done = subprocess.run(
        command,
        user=who.pw_uid if who else None,
        group=who.pw_gid if who else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        # pg_ctl leaves a server behind that would hold a pipe open.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{command[0]} failed with {done.returncode}"
