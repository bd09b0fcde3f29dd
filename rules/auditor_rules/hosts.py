"""Which entries of an allow-list of hosts admit more than one known party."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

# Domains below which anybody can have a host of his own.
_SHARED_DOMAINS = frozenset(
    {
        "amazonaws.com",
        "appspot.com",
        "azure-api.net",
        "azure.com",
        "azureedge.net",
        "azurefd.net",
        "azurewebsites.net",
        "blob.core.windows.net",
        "cloudapp.azure.com",
        "cloudflare.net",
        "cloudfront.net",
        "core.windows.net",
        "dfs.core.windows.net",
        "file.core.windows.net",
        "github.io",
        "googleapis.com",
        "herokuapp.com",
        "ngrok.io",
        "s3.amazonaws.com",
        "sharepoint.com",
        "trafficmanager.net",
        "vercel.app",
        "web.core.windows.net",
        "windows.net",
        "workers.dev",
    }
)
# Sites on which anybody can leave a file, whatever their host below the domain.
_SHARING_SITES = frozenset(
    {
        "box.com",
        "docs.google.com",
        "drive.google.com",
        "dropbox.com",
        "dropboxusercontent.com",
        "gist.github.com",
        "githubusercontent.com",
        "mediafire.com",
        "mega.nz",
        "onedrive.live.com",
        "pastebin.com",
        "transfer.sh",
        "wetransfer.com",
        "webhook.site",
    }
)
# An entry is a range of many parties from here on: an IPv4 /16, an IPv6 /32.
_LARGE_RANGE = {4: 16, 6: 32}


def why_broad(entry: str) -> str | None:
    """Why an entry is broad; None where it is not.

    The entry is a host, `*.` and a domain, a URL, an address or a range in CIDR form.
    """
    found = entry.strip().casefold()
    address = _range(found)
    if address is not None:
        return "a large address range" if address.prefixlen <= _LARGE_RANGE[address.version] else None
    host = found.split("://")[-1].split("/")[0].split(":")[0].rstrip(".")
    domain = host.removeprefix("*.")
    if "." not in domain:
        return "a whole top-level domain" if domain not in ("*", "") else "every host"
    if domain in _SHARED_DOMAINS:
        return "anybody can have a host there"
    if any(domain == site or domain.endswith(f".{site}") for site in _SHARING_SITES):
        return "a file-sharing site"
    if "*" in domain:
        return "a wildcard inside the name"
    return None


def _range(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
