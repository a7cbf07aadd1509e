"""The mode at the root of a tree, on the way up which counts are merged.

The idea over the rung before: nodes send in pairs, at the same time and over different
links. Each round halves the number of nodes that still have something to say, so the
root receives log2(nodes) messages in place of one from every node. In return a value
may travel up to log2(nodes) times: where few values repeat, more bytes move in all.

Cost: about 3 seconds for each value, for each of log2(nodes) rounds.

Falls short: 3, 4
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
    waiting = list(counts)
    while len(waiting) > 1:
        receivers, senders = waiting[::2], waiting[1::2]
        # Of an odd number, the last receiver has no partner in this round.
        for receiver, sender in zip(receivers, senders, strict=False):
            cluster.send(sender, receiver, _packed(counts[sender]))
        for receiver in receivers:
            for message in cluster.get_received(receiver):
                counts[receiver].update(_unpacked(message))
        waiting = receivers
    (root,) = waiting
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
