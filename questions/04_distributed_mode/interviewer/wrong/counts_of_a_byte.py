"""Gives a count one byte, and a value that is more frequent than that has no place.

Level: 2
Verdict: raised
"""

from __future__ import annotations

from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    totals: Counter[int] = Counter()
    for node in range(cluster.num_nodes):
        message = bytearray()
        for value, count in Counter(cluster.read_local_data(node)).items():
            message += value.to_bytes(8, "little", signed=True)
            message.append(count)
        cluster.send(node, 0, bytes(message))
    for received in cluster.get_received(0):
        for start in range(0, len(received), 9):
            value = int.from_bytes(received[start : start + 8], "little", signed=True)
            totals[value] += received[start + 8]
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))
