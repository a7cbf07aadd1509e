"""Lets each node of a tree receive before its children have sent, and takes it so.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie.

    Node k's parent is node (k - 1) // 2, as in a heap.
    """
    totals: Counter[int] = Counter()
    for node in range(cluster.num_nodes):
        counts = Counter(cluster.read_local_data(node))
        for message in cluster.get_received(node):
            counts.update(_unpacked(message))
        if node == 0:
            totals = counts
        else:
            cluster.send(node, (node - 1) // 2, _packed(counts))
    for message in cluster.get_received(0):
        totals.update(_unpacked(message))
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))


def _packed(counts: Counter[int]) -> bytes:
    return b"".join(struct.pack("<qI", *pair) for pair in counts.items())


def _unpacked(message: bytes) -> Counter[int]:
    counts: Counter[int] = Counter()
    for value, count in struct.iter_unpack("<qI", message):
        counts[value] += count
    return counts
