"""Keeps the smallest of a tie at each owner, and the first winner to come at the root.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]

_PAIR = struct.Struct("<qQ")


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    num_nodes = cluster.num_nodes
    for node in range(num_nodes):
        shares = [b""] * num_nodes
        for value, count in Counter(cluster.read_local_data(node)).items():
            shares[value % num_nodes] += _PAIR.pack(value, count)
        for owner in range(num_nodes):
            if shares[owner]:
                cluster.send(node, owner, shares[owner])
    for owner in range(num_nodes):
        totals: Counter[int] = Counter()
        for message in cluster.get_received(owner):
            for value, count in _PAIR.iter_unpack(message):
                totals[value] += count
        if totals:
            most = max(totals.values())
            mode = min(value for value in totals if totals[value] == most)
            cluster.send(owner, 0, _PAIR.pack(mode, most))
    winners: dict[int, int] = {}
    for message in cluster.get_received(0):
        value, count = _PAIR.unpack(message)
        winners[value] = count
    if not winners:
        raise ValueError("no data")
    return max(winners, key=lambda value: winners[value])
