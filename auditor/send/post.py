"""Posts a message to a webhook: https only, no redirect, one second try, and never a word of its address."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from auditor import __version__
from auditor.collect.policies import retry_after_s
from auditor.collect.session import Way, http_session
from auditor.destinations import Webhook
from auditor.errors import NothingAudited

_LONGEST_ANSWER_S: Final = 20.0
_LONGEST_RETRY_AFTER_S: Final = 30.0
_PAUSE_S: Final = 1.0
_TRIED_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})


class NotPosted(Exception):
    """The message did not arrive; the text names the host and says why."""


async def post(webhook: Webhook, body: dict[str, Any], way: Way) -> None:
    """Raises NotPosted."""
    try:
        async with http_session(way) as session:
            pause_s, why = await _try(session, webhook, body, way)
            if pause_s is not None:
                await asyncio.sleep(min(pause_s, _LONGEST_RETRY_AFTER_S))
                _, why = await _try(session, webhook, body, way)
    except NothingAudited as error:  # a CA bundle that cannot be used
        raise NotPosted(f"{webhook}: {error}") from error
    if why:
        raise NotPosted(f"{webhook} was not told: {why}")


async def _try(session: Any, webhook: Webhook, body: dict[str, Any], way: Way) -> tuple[float | None, str]:
    """How long to wait before another try, None for none; and why this one failed, empty if it did not."""
    import aiohttp
    from yarl import URL

    timeout = aiohttp.ClientTimeout(total=min(way.timeout_s, _LONGEST_ANSWER_S))
    headers = {"User-Agent": f"azure-ai-auditor/{__version__}"}
    try:
        # A redirect could lead the findings anywhere.
        # As it was given: Teams signs its addresses, and they come with their own escapes.
        async with session.post(
            URL(webhook.url, encoded=True), json=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            if 200 <= answer.status < 300:
                return None, ""
            why = f"it answered HTTP {answer.status}"
            if answer.status not in _TRIED_AGAIN:
                return None, why
            stated = retry_after_s(answer.headers)
            return (_PAUSE_S if stated is None else stated), why
    except TimeoutError:
        return _PAUSE_S, f"no answer in {timeout.total:g} s"
    except aiohttp.ClientConnectorCertificateError:
        return None, "its certificate is not trusted (see --ca-bundle)"
    except aiohttp.ClientConnectorError as error:
        return _PAUSE_S, f"it cannot be reached: {error.os_error.strerror or 'no connection'}"
    except (aiohttp.ClientError, ValueError, OSError) as error:
        # Their texts may hold the address.
        return _PAUSE_S, type(error).__name__
