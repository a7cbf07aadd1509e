"""Keeps the values as the text that they travelled as, so "10" is before "9".

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(cluster.num_nodes):
        counts = Counter(cluster.read_local_data(node))
        lines = [f"{value} {count}" for value, count in counts.items()]
        cluster.send(node, 0, "\n".join(lines).encode("ascii"))
    totals: Counter[str] = Counter()
    for message in cluster.get_received(0):
        for line in message.decode("ascii").splitlines():
            value, count = line.split()
            totals[value] += int(count)
    if not totals:
        raise ValueError("no node has data")
    most = max(totals.values())
    return int(min(value for value, count in totals.items() if count == most))
