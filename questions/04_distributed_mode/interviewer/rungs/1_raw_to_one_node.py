"""The mode at one node, to which all others send their data as it is.

The plain way: every node reads its list and sends it to one of them, eight bytes an
integer. That one counts. All bytes come in over one link, one message after the other.

Cost: about 8 seconds for each integer that moves, since all of them share a link.

Falls short: 3, 4
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie.

    Raises:
        ValueError: No node has any data.
    """
    data = _read_all(cluster)
    root, *others = data
    for node in others:
        cluster.send(node, root, _packed(data[node]))
    counts = Counter(data[root])
    for message in cluster.get_received(root):
        counts.update(_unpacked(message))
    return _mode(counts)


def _read_all(cluster: Cluster) -> dict[int, list[int]]:
    """Return what each node that is up has read, a replica of a lost list included."""
    data: dict[int, list[int]] = {}
    down: list[int] = []
    for node in range(cluster.num_nodes):
        try:
            data[node] = cluster.read_local_data(node)
        except NodeDownError:
            down.append(node)
    for node in down:
        holder = (node + 1) % cluster.num_nodes
        data[holder] += cluster.read_local_data(holder, of=node)
    return data


def _packed(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}q", *values)


def _unpacked(message: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(message) // 8}q", message)


def _mode(counts: Counter[int]) -> int:
    if not counts:
        raise ValueError("no node has any data")
    return min(counts, key=lambda value: (-counts[value], value))
