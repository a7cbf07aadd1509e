"""Sends short messages, and all of them into the one link of node 0.

Level: 4
Verdict: over a stated count
Measure: seconds
Cause: incast
"""

from __future__ import annotations

import zlib
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts = _local_counts(cluster)
    root = min(counts)
    totals = counts.pop(root)
    for node, local in counts.items():
        cluster.send(node, root, _packed(local))
    for message in cluster.get_received(root):
        totals.update(_unpacked(message))
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))


def _local_counts(cluster: Cluster) -> dict[int, Counter[int]]:
    """Return what each node that is up has read, by node."""
    counts: dict[int, Counter[int]] = {}
    lost: list[int] = []
    for node in range(cluster.num_nodes):
        try:
            counts[node] = Counter(cluster.read_local_data(node))
        except NodeDownError:
            lost.append(node)
    for node in lost:
        holder = (node + 1) % cluster.num_nodes
        counts[holder].update(cluster.read_local_data(holder, of=node))
    return counts


def _packed(counts: dict[int, int]) -> bytes:
    """Steps between sorted values, and counts, seven bits a byte, deflated."""
    out = bytearray()
    previous = 0
    for value in sorted(counts):
        step = value - previous
        _put(out, 2 * step if step >= 0 else -2 * step - 1)
        _put(out, counts[value])
        previous = value
    return zlib.compress(bytes(out), 9)


def _put(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _unpacked(data: bytes) -> dict[int, int]:
    numbers = []
    number = shift = 0
    for byte in zlib.decompress(data):
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    counts, value = {}, 0
    for code, count in zip(numbers[::2], numbers[1::2], strict=True):
        value += code // 2 if code % 2 == 0 else -(code + 1) // 2
        counts[value] = count
    return counts
