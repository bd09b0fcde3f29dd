"""What the DNS rules say of a network that asks for names."""

from __future__ import annotations

from auditor.relate.resolution import Asker, answering_networks
from auditor.rule import Pass, View


def asks_azure(view: View, asker: Asker) -> Pass:
    """Pass where the network's names are answered by Azure DNS.

    Raises Undecided(custom-dns) where its own servers' answers cannot be seen, NotRead where it was not read.
    """
    through = answering_networks(view.estate, asker.network)
    via = "" if through == (asker.network,) else f" through {', '.join(one.name for one in through)}"
    return Pass(message=f"{asker.network.name} asks Azure DNS{via}", evidence=(asker.evidence,))
