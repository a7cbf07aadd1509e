"""Lets the nodes vote: each has one voice, for its own mode.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

from statistics import multimode

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(cluster.num_nodes):
        local_modes = multimode(cluster.read_local_data(node))
        for value in local_modes:
            cluster.send(node, 0, value.to_bytes(8, "big", signed=True))
    votes = [
        int.from_bytes(vote, "big", signed=True) for vote in cluster.get_received(0)
    ]
    if not votes:
        raise ValueError("nobody has any data")
    return min(multimode(votes))
