"""Answers 0 where no node has any data.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    best_value, best_count = 0, 0
    for value, count in sorted(_totals(cluster).items()):
        if count > best_count:
            best_value, best_count = value, count
    return best_value


def _totals(cluster: Cluster) -> Counter[int]:
    alive = []
    data = {}
    for node in range(cluster.num_nodes):
        try:
            data[node] = cluster.read_local_data(node)
            alive.append(node)
        except NodeDownError:
            pass
    for node in set(range(cluster.num_nodes)) - set(alive):
        heir = (node + 1) % cluster.num_nodes
        data[heir] += cluster.read_local_data(heir, of=node)
    root = alive[0]
    for node in alive:
        cluster.send(node, root, struct.pack(f"{len(data[node])}q", *data[node]))
    totals: Counter[int] = Counter()
    for message in cluster.get_received(root):
        totals.update(value for (value,) in struct.iter_unpack("q", message))
    return totals
