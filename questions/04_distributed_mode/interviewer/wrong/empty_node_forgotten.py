"""Asks every node for its smallest and largest value, which an empty one has not.

Level: 1
Verdict: raised
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    num_nodes = cluster.num_nodes
    counts = [Counter(cluster.read_local_data(node)) for node in range(num_nodes)]
    if not any(counts):
        raise ValueError("there is no data")
    for node in range(num_nodes):
        low, high = min(counts[node]), max(counts[node])
        cluster.send(node, 0, struct.pack("<qq", low, high))
    ranges = [struct.unpack("<qq", data) for data in cluster.get_received(0)]
    low = min(first for first, _ in ranges)
    width = (max(last for _, last in ranges) - low) // num_nodes + 1
    for node in range(num_nodes):
        cluster.send(0, node, struct.pack("<qQ", low, width))
    shared = [cluster.get_received(node)[0] for node in range(num_nodes)]
    for node in range(num_nodes):
        low, width = struct.unpack("<qQ", shared[node])
        for value, count in counts[node].items():
            owner = (value - low) // width
            cluster.send(node, owner, struct.pack("<qQ", value, count))
    for owner in range(num_nodes):
        totals: Counter[int] = Counter()
        for message in cluster.get_received(owner):
            value, count = struct.unpack("<qQ", message)
            totals[value] += count
        if totals:
            value = min(totals, key=lambda value: (-totals[value], value))
            cluster.send(owner, 0, struct.pack("<qQ", value, totals[value]))
    winners: Counter[int] = Counter()
    for message in cluster.get_received(0):
        winners.update(dict([struct.unpack("<qQ", message)]))
    return min(winners, key=lambda value: (-winners[value], value))
