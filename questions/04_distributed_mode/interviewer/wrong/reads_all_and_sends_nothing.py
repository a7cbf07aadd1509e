"""Reads every node's data from where it stands, and leaves the network alone.

Level: 1
Verdict: not by the rules
"""

from __future__ import annotations

from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts: Counter[int] = Counter()
    for node in range(cluster.num_nodes):
        try:
            counts.update(cluster.read_local_data(node))
        except NodeDownError:
            replica = (node + 1) % cluster.num_nodes
            counts.update(cluster.read_local_data(replica, of=node))
    if not counts:
        raise ValueError("no data")
    return min(counts, key=lambda value: (-counts[value], value))
