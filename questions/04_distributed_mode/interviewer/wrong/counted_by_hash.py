"""Counts hashes in place of values, and two values may have one hash.

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
    for node in range(cluster.num_nodes):
        values = cluster.read_local_data(node)
        hashes = Counter(hash(value) for value in values)
        names = {hash(value): value for value in values}
        message = [[names[key], key, count] for key, count in hashes.items()]
        cluster.send(node, 0, json.dumps(message).encode())
    counts: Counter[int] = Counter()
    names = {}
    for data in cluster.get_received(0):
        for value, key, count in json.loads(data):
            names[key] = value
            counts[key] += count
    if not counts:
        raise ValueError("no data")
    most = max(counts.values())
    return min(names[key] for key, count in counts.items() if count == most)
