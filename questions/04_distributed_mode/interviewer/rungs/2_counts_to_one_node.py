"""The mode at one node, to which all others send what they have counted.

The idea over the rung before: a value that a node has many times travels once, with
its count. Both are written as numbers of as many bytes as they need, seven bits a
byte, so that small ones cost one byte and no number is too large.

Cost: about 3 seconds for each value that a node has, still over one link.

Falls short: 4
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie.

    Raises:
        ValueError: No node has any data.
    """
    counts = _count_all(cluster)
    root, *others = counts
    for node in others:
        cluster.send(node, root, _packed(counts[node]))
    for message in cluster.get_received(root):
        counts[root].update(_unpacked(message))
    return _mode(counts[root])


def _count_all(cluster: Cluster) -> dict[int, Counter[int]]:
    """Return the counts at each node that is up, those of a lost list included."""
    counts: dict[int, Counter[int]] = {}
    down: list[int] = []
    for node in range(cluster.num_nodes):
        try:
            counts[node] = Counter(cluster.read_local_data(node))
        except NodeDownError:
            down.append(node)
    for node in down:
        holder = (node + 1) % cluster.num_nodes
        counts[holder].update(cluster.read_local_data(holder, of=node))
    return counts


def _packed(counts: Counter[int]) -> bytes:
    """Write each value, its sign folded into its last bit, and its count."""
    return b"".join(
        _number(2 * value if value >= 0 else -2 * value - 1) + _number(count)
        for value, count in counts.items()
    )


def _unpacked(message: bytes) -> Counter[int]:
    numbers = _numbers(message)
    return Counter(
        {
            folded // 2 if folded % 2 == 0 else -(folded + 1) // 2: count
            for folded, count in zip(numbers, numbers, strict=True)
        }
    )


def _number(number: int) -> bytes:
    """Write a number, 0 or more, the low bits first; a byte's top bit: more follow."""
    written = bytearray()
    while number >= 128:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


def _numbers(message: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in message:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def _mode(counts: Counter[int]) -> int:
    if not counts:
        raise ValueError("no node has any data")
    return min(counts, key=lambda value: (-counts[value], value))
