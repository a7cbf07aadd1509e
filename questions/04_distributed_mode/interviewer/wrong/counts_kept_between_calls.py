"""Keeps the totals in the module, where those of the last cluster still are.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]

_totals: Counter[int] = Counter()


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(cluster.num_nodes):
        for value, count in Counter(cluster.read_local_data(node)).items():
            cluster.send(node, 0, struct.pack("<qq", value, count))
    for message in cluster.get_received(0):
        value, count = struct.unpack("<qq", message)
        _totals[value] += count
    if not _totals:
        raise ValueError("no data")
    return min(_totals, key=lambda value: (-_totals[value], value))
