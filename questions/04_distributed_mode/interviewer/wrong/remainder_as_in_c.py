"""Takes the remainder with the sign of the value, and a negative node is none.

Level: 2
Verdict: raised
"""

from __future__ import annotations

import math
import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    num_nodes = cluster.num_nodes
    shares: list[dict[int, Counter[int]]] = []
    for node in range(num_nodes):
        by_owner: dict[int, Counter[int]] = {}
        for value in cluster.read_local_data(node):
            owner = int(math.fmod(value, num_nodes))
            by_owner.setdefault(owner, Counter())[value] += 1
        shares.append(by_owner)
    for node, by_owner in enumerate(shares):
        for owner, counts in by_owner.items():
            pairs = [struct.pack("<qQ", *pair) for pair in counts.items()]
            cluster.send(node, owner, b"".join(pairs))
    for owner in range(num_nodes):
        totals: Counter[int] = Counter()
        for message in cluster.get_received(owner):
            totals.update(dict(struct.iter_unpack("<qQ", message)))
        if totals:
            value = min(totals, key=lambda value: (-totals[value], value))
            cluster.send(owner, 0, struct.pack("<qQ", value, totals[value]))
    winners: dict[int, int] = {}
    for message in cluster.get_received(0):
        winners.update(struct.iter_unpack("<qQ", message))
    if not winners:
        raise ValueError("no data")
    return min(winners, key=lambda value: (-winners[value], value))
