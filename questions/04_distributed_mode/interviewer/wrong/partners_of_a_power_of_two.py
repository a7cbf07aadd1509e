"""Halves the nodes in each round, which leaves some behind unless they are 2, 4, 8 …

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts = [
        Counter(cluster.read_local_data(node)) for node in range(cluster.num_nodes)
    ]
    half = cluster.num_nodes // 2
    while half:
        for node in range(half):
            cluster.send(node + half, node, _packed(counts[node + half]))
        for node in range(half):
            for message in cluster.get_received(node):
                counts[node].update(_unpacked(message))
        half //= 2
    if not counts[0]:
        raise ValueError("no data")
    best = max(counts[0].values())
    return min(value for value, count in counts[0].items() if count == best)


def _packed(counts: Counter[int]) -> bytes:
    return b"".join(struct.pack("<qL", value, count) for value, count in counts.items())


def _unpacked(data: bytes) -> dict[int, int]:
    return dict(struct.iter_unpack("<qL", data))
