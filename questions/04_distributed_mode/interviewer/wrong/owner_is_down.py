"""Makes the node that is down the owner of a share, and cannot reach it.

Level: 5
Verdict: raised
"""

from __future__ import annotations

import zlib
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    num_nodes = cluster.num_nodes
    counts = _local_counts(cluster)
    for shift in range(num_nodes):
        for node, local in counts.items():
            owner = (node + shift) % num_nodes
            share = {v: n for v, n in local.items() if v % num_nodes == owner}
            if share:
                cluster.send(node, owner, _packed(share))
    root = next(iter(counts))
    for owner in counts:
        totals: Counter[int] = Counter()
        for message in cluster.get_received(owner):
            totals.update(_unpacked(message))
        if totals:
            best = min(totals, key=lambda value: (-totals[value], value))
            cluster.send(owner, root, _packed({best: totals[best]}))
    winners: dict[int, int] = {}
    for message in cluster.get_received(root):
        winners.update(_unpacked(message))
    if not winners:
        raise ValueError("no data")
    return min(winners, key=lambda value: (-winners[value], value))


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
