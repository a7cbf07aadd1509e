"""Lets every node name its own mode, and takes the one with the highest count.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]

_CANDIDATE = struct.Struct("<qQ")


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    root = None
    for node in range(cluster.num_nodes):
        try:
            values = cluster.read_local_data(node)
        except NodeDownError:
            continue
        root = node if root is None else root
        if (node - 1) % cluster.num_nodes != node and _is_down(cluster, node - 1):
            values += cluster.read_local_data(node, of=(node - 1) % cluster.num_nodes)
        if values:
            counts = Counter(values)
            best = min(counts, key=lambda value: (-counts[value], value))
            cluster.send(node, root, _CANDIDATE.pack(best, counts[best]))
    if root is None:
        raise ValueError("no node is up")
    candidates = [_CANDIDATE.unpack(data) for data in cluster.get_received(root)]
    if not candidates:
        raise ValueError("no data")
    value, _ = min(candidates, key=lambda pair: (-pair[1], pair[0]))
    return int(value)


def _is_down(cluster: Cluster, node: int) -> bool:
    try:
        cluster.get_received(node % cluster.num_nodes)
    except NodeDownError:
        return True
    return False
