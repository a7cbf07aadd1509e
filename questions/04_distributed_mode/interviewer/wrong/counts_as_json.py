"""Sends each node's counts to its parent as JSON, quotes, blanks and all.

Level: 3
Verdict: over a stated count
"""

from __future__ import annotations

import json
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in reversed(range(cluster.num_nodes)):
        counts = Counter(cluster.read_local_data(node))
        for message in cluster.get_received(node):
            received = json.loads(message)
            counts.update({int(value): count for value, count in received.items()})
        if node > 0:
            cluster.send(node, (node - 1) // 2, json.dumps(counts).encode())
        elif counts:
            return min(counts, key=lambda value: (-counts[value], value))
    raise ValueError("no data")
