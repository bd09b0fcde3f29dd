"""Fetches the layout library of the HTML report anew, by npm and at the version that `vendored.json` pins.

`make assets` runs it. To move to another version, write that into `vendored.json` first; the hash follows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

ASSETS = Path(__file__).parents[2] / "reports" / "auditor_reports" / "assets"
PINNED = ASSETS / "vendored.json"


def renew() -> None:
    """Put the pinned library and its licence among the assets, unmodified, and its hash into the pin."""
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    with TemporaryDirectory() as scratch:
        wanted = f"{pinned['package']}@{pinned['version']}"
        packed = subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", scratch, wanted],
            check=True,
            capture_output=True,
            text=True,
        )
        with tarfile.open(Path(scratch) / packed.stdout.strip()) as archive:
            archive.extractall(scratch, filter="data")
        package = Path(scratch) / "package"
        shutil.copyfile(package / pinned["from"], ASSETS / pinned["file"])
        shutil.copyfile(package / "LICENSE.md", ASSETS / pinned["license_file"])
    pinned["sha256"] = sha256((ASSETS / pinned["file"]).read_bytes()).hexdigest()
    PINNED.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    renew()
