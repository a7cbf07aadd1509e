"""Sends each value by itself, as it comes, so nothing is left to compress.

Level: 4
Verdict: over a stated count
"""

from __future__ import annotations

from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts = _local_counts(cluster)
    nodes = list(counts)
    queues = {node: list(counts[node].items()) for node in nodes}
    while any(queues.values()):
        for node in nodes:
            if queues[node]:
                value, count = queues[node].pop()
                owner = nodes[value % len(nodes)]
                cluster.send(node, owner, _short(value) + _short(count))
    for owner in nodes:
        totals: Counter[int] = Counter()
        for message in cluster.get_received(owner):
            value, count = _parts(message)
            totals[value] += count
        if totals:
            best = min(totals, key=lambda value: (-totals[value], value))
            cluster.send(owner, nodes[0], _short(best) + _short(totals[best]))
    winners = [_parts(message) for message in cluster.get_received(nodes[0])]
    if not winners:
        raise ValueError("no data")
    return min(winners, key=lambda winner: (-winner[1], winner[0]))[0]


def _short(number: int) -> bytes:
    """Write a number with its length before it, of which four bits are enough."""
    length = number.bit_length() // 8 + 1
    if length == 1 and 0 <= number < 16:
        return bytes([0xF0 | number])
    return bytes([length]) + number.to_bytes(length, "big", signed=True)


def _parts(message: bytes) -> tuple[int, int]:
    numbers = []
    while message:
        first, message = message[0], message[1:]
        if first >= 0xF0:
            numbers.append(first & 15)
        else:
            numbers.append(int.from_bytes(message[:first], "big", signed=True))
            message = message[first:]
    value, count = numbers
    return value, count


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
