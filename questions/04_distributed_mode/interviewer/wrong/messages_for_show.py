"""Has every node report that it is done, and counts what it read from all of them.

Level: 1
Verdict: not by the rules
"""

from __future__ import annotations

from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]

_DONE = b"!"


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts: Counter[int] = Counter()
    done: list[int] = []
    for node in range(cluster.num_nodes):
        try:
            counts.update(cluster.read_local_data(node))
            done.append(node)
        except NodeDownError:
            replica = (node + 1) % cluster.num_nodes
            counts.update(cluster.read_local_data(replica, of=node))
    root, *others = done
    for node in others:
        cluster.send(node, root, _DONE)
    assert len(cluster.get_received(root)) == len(others)
    if not counts:
        raise ValueError("no data")
    return min(counts, key=lambda value: (-counts[value], value))
