"""Sends a value and a count in twelve bytes, also where every count is 1.

Level: 3
Verdict: over a stated count
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]

_PAIR = struct.Struct("<qI")


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    num_nodes = cluster.num_nodes
    counts: dict[int, Counter[int]] = {}
    for node in range(num_nodes):
        try:
            counts[node] = Counter(cluster.read_local_data(node))
        except NodeDownError:
            pass
    for node in set(range(num_nodes)) - counts.keys():
        holder = (node + 1) % num_nodes
        counts[holder].update(cluster.read_local_data(holder, of=node))
    root = min(counts)
    for node, local in counts.items():
        message = b"".join(_PAIR.pack(*pair) for pair in local.items())
        cluster.send(node, root, message)
    totals: Counter[int] = Counter()
    for message in cluster.get_received(root):
        for value, count in _PAIR.iter_unpack(message):
            totals[value] += count
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))
