"""Takes the value nearest to zero for the smallest of a tie.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

import json
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    everything: list[int] = []
    for node in range(cluster.num_nodes):
        cluster.send(node, 0, json.dumps(cluster.read_local_data(node)).encode())
    for data in cluster.get_received(0):
        everything += json.loads(data)
    if not everything:
        raise ValueError("no data")
    counts = Counter(everything)
    return sorted(counts, key=lambda value: (-counts[value], abs(value)))[0]
