"""Sends each owner a pickled Counter, and a pickle has a frame and a name to carry.

Level: 3
Verdict: over a stated count
"""

from __future__ import annotations

import pickle
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    size = cluster.num_nodes
    shares = [[Counter[int]() for _ in range(size)] for _ in range(size)]
    for node in range(size):
        for value in cluster.read_local_data(node):
            shares[node][value % size][value] += 1
    for step in range(size):
        for node in range(size):
            owner = (node + step) % size
            cluster.send(node, owner, pickle.dumps(shares[node][owner]))
    for owner in range(size):
        totals: Counter[int] = Counter()
        for message in cluster.get_received(owner):
            totals += pickle.loads(message)
        if totals:
            mode = min(totals, key=lambda value: (-totals[value], value))
            cluster.send(owner, 0, pickle.dumps({mode: totals[mode]}))
    winners: dict[int, int] = {}
    for message in cluster.get_received(0):
        winners.update(pickle.loads(message))
    if not winners:
        raise ValueError("no data")
    return min(winners, key=lambda value: (-winners[value], value))
