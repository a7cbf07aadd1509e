"""Writes values seven bits a byte and does not think of negative ones.

Level: 2
Verdict: raised
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(cluster.num_nodes):
        counts = Counter(cluster.read_local_data(node))
        previous = 0
        numbers: list[int] = []
        for value in sorted(counts):
            numbers += value - previous, counts[value]
            previous = value
        cluster.send(node, 0, _encode(numbers))
    totals: Counter[int] = Counter()
    for message in cluster.get_received(0):
        value, numbers = 0, _decode(message)
        for index in range(0, len(numbers), 2):
            value += numbers[index]
            totals[value] += numbers[index + 1]
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))


def _encode(numbers: Iterable[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        while number > 0x7F:
            out.append(number & 0x7F | 0x80)
            number >>= 7
        out.append(number)
    return bytes(out)


def _decode(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(number)
            number = shift = 0
    return numbers
