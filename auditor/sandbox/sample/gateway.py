"""How people come in: the point-to-site VPN of the hub, which the spoke uses too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.company import (
    HUB_NETWORK,
    LOCATION,
    TENANT,
    ArmObject,
    child,
    entry,
    etag,
    guid,
    within,
)
from auditor.sandbox.sample.network import HUB_VNET, VPN_CLIENTS_PREFIX

_GATEWAY: Final = within(HUB_NETWORK, "Microsoft.Network/virtualNetworkGateways", "vpng-norrland-hub")
_GATEWAY_ADDRESS: Final = within(HUB_NETWORK, "Microsoft.Network/publicIPAddresses", "pip-vpng-norrland-hub")


def gateway_entries() -> Iterable[ArmObject]:
    yield _gateway()
    yield _gateway_address()


def _gateway() -> ArmObject:
    configuration = entry(
        child(_GATEWAY, "ipConfigurations", "default"),
        properties={
            "provisioningState": "Succeeded",
            "privateIPAllocationMethod": "Dynamic",
            "publicIPAddress": {"id": _GATEWAY_ADDRESS},
            "subnet": {"id": child(HUB_VNET, "subnets", "GatewaySubnet")},
        },
    )
    return entry(
        _GATEWAY,
        location=LOCATION,
        etag=etag(_GATEWAY),
        properties={
            "provisioningState": "Succeeded",
            "gatewayType": "Vpn",
            "vpnType": "RouteBased",
            "sku": {"name": "VpnGw2AZ", "tier": "VpnGw2AZ", "capacity": 2},
            "activeActive": False,
            "enableBgp": False,
            "ipConfigurations": [configuration],
            "vpnClientConfiguration": {
                "vpnClientAddressPool": {"addressPrefixes": [VPN_CLIENTS_PREFIX]},
                "vpnClientProtocols": ["OpenVPN"],
                "vpnAuthenticationTypes": ["AAD"],
                "vpnClientRootCertificates": [],
                "aadTenant": f"https://login.microsoftonline.com/{TENANT}/",
                "aadAudience": guid("application", "norrland-vpn"),
                "aadIssuer": f"https://sts.windows.net/{TENANT}/",
            },
        },
    )


def _gateway_address() -> ArmObject:
    return entry(
        _GATEWAY_ADDRESS,
        location=LOCATION,
        sku={"name": "Standard", "tier": "Regional"},
        properties={
            "provisioningState": "Succeeded",
            "ipAddress": "198.51.100.27",
            "publicIPAllocationMethod": "Static",
            "publicIPAddressVersion": "IPv4",
        },
    )
