"""Adds up what the others sent, and forgets that the root has data too.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]

_PAIR = struct.Struct("<qI")


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    root = cluster.num_nodes - 1
    local = [Counter(cluster.read_local_data(node)) for node in range(root + 1)]
    for node in range(root):
        data = b"".join(_PAIR.pack(*pair) for pair in sorted(local[node].items()))
        cluster.send(node, root, data)
    totals: Counter[int] = Counter()
    for data in cluster.get_received(root):
        for value, count in _PAIR.iter_unpack(data):
            totals[value] += count
    if root == 0:
        totals = local[root]
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))
