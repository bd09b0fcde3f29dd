"""``python -m auditor.sandbox serve``: the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from auditor.sandbox.fields import TenantFileError
from auditor.sandbox.server import SandboxServer, serving
from auditor.sandbox.tenant import Tenant

_USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        tenant = Tenant.load(options.tenant) if options.tenant else Tenant.sample()
        asyncio.run(_serve(tenant, options))
    except (TenantFileError, OSError) as failure:
        sys.stderr.write(f"auditor sandbox: {failure}\n")
        return _USAGE_ERROR
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m auditor.sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="serve a tenant over TLS on the loopback interface")
    serve.add_argument(
        "--tenant", type=Path, metavar="FILE", help="tenant file (default: the shipped sample)"
    )
    serve.add_argument("--latency-ms", type=float, default=0, metavar="N", help="delay of every answer")
    serve.add_argument("--port", type=int, default=0, metavar="P", help="0 takes a free one (default)")
    serve.add_argument("--ca-out", type=Path, metavar="FILE", help="also write the CA bundle here")
    return parser


async def _serve(tenant: Tenant, options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Windows has no signal handlers on the loop; there Ctrl-C raises KeyboardInterrupt in `main`.
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    async with serving(tenant, options.latency_ms, options.port) as server:
        ca_file: Path = options.ca_out or server.ca_file
        if options.ca_out:
            shutil.copyfile(server.ca_file, options.ca_out)
        sys.stderr.write(_directions(server, ca_file))
        sys.stderr.flush()
        await stop.wait()


def _directions(server: SandboxServer, ca_file: Path) -> str:
    tenant = server.arm.tenant
    return f"""\
Serving tenant {tenant.tenant_id} at {server.url} until Ctrl-C. To audit it:

  export AZURE_TENANT_ID='{tenant.tenant_id}'
  export AZURE_CLIENT_ID='{tenant.principal.client_id}'
  export AZURE_CLIENT_SECRET='{tenant.principal.client_secret}'
  auditor scan --arm-endpoint {server.url} --ca-bundle '{ca_file}' --auth environment
"""


if __name__ == "__main__":
    sys.exit(main())
