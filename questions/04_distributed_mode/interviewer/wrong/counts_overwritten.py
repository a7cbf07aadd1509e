"""Merges dicts of counts, where the last node's count of a value replaces the others.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import ast
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(cluster.num_nodes):
        counts = dict(Counter(cluster.read_local_data(node)))
        cluster.send(node, 0, repr(counts).encode())
    totals: dict[int, int] = {}
    for message in cluster.get_received(0):
        totals |= ast.literal_eval(message.decode())
    if not totals:
        raise ValueError("no data on any node")
    most = max(totals.values())
    return min(value for value in totals if totals[value] == most)
