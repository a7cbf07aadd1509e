"""Sends all data to one node as text, a number of ten digits in eleven bytes.

Level: 3
Verdict: over a stated count
"""

from __future__ import annotations

from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    texts: dict[int, str] = {}
    for node in range(cluster.num_nodes):
        try:
            texts[node] = _text(cluster.read_local_data(node))
        except NodeDownError:
            continue
    for node in range(cluster.num_nodes):
        if node not in texts:
            holder = (node + 1) % cluster.num_nodes
            texts[holder] += " " + _text(cluster.read_local_data(holder, of=node))
    root = min(texts)
    for node, text in texts.items():
        cluster.send(node, root, text.encode("ascii"))
    counts: Counter[int] = Counter()
    for message in cluster.get_received(root):
        counts.update(int(word) for word in message.split())
    if not counts:
        raise ValueError("no data")
    return min(counts, key=lambda value: (-counts[value], value))


def _text(values: list[int]) -> str:
    return " ".join(map(str, values))
