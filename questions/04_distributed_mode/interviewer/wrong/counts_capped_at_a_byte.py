"""Caps a count at 255 so that it fits a byte, for such a value has won anyway.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]

_ENTRY = struct.Struct("<qB")


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    gathered: Counter[int] = Counter()
    for node in range(cluster.num_nodes):
        counts = Counter(cluster.read_local_data(node))
        cluster.send(
            node,
            0,
            b"".join(
                _ENTRY.pack(value, min(count, 255)) for value, count in counts.items()
            ),
        )
    for data in cluster.get_received(0):
        for value, count in _ENTRY.iter_unpack(data):
            gathered[value] += count
    if not gathered:
        raise ValueError("no data")
    return min(gathered, key=lambda value: (-gathered[value], value))
