"""Print the sample tenant: ``python -m auditor.sandbox.sample > FILE``."""

from __future__ import annotations

import sys

from auditor.sandbox.sample import printed


def main() -> None:
    # Bytes, so that no platform changes the encoding or the line ends.
    sys.stdout.buffer.write(printed().encode())


if __name__ == "__main__":
    main()
