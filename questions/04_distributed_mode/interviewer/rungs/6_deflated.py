"""The mode among the owners' winners, in messages that are deflated.

The idea over the rung before: steps and counts are small numbers, and the smallest are
the most frequent, so a byte for each is too much. `zlib` knows such a code. It writes
the bare stream, without the header and the checksum that would cost six bytes a
message; where that is not shorter, the message goes as it is. The first byte says
which.

As before, one owner gets all values that are multiples of the number of nodes.

Cost: the counts' own information and about ten bytes for each pair of nodes.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from given import Cluster, NodeDownError

__all__ = ["find_mode"]

_PLAIN, _DEFLATED = b"\0", b"\1"
# A window of 2**15 bytes; negative for a stream without header and checksum.
_BARE_STREAM = -15


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie.

    Raises:
        ValueError: No node has any data.
    """
    counts = _count_all(cluster)
    nodes = list(counts)
    shares = {node: _shares(counts[node], len(nodes)) for node in nodes}
    _hand_over(cluster, shares)
    root = nodes[0]
    for share, owner in enumerate(nodes):
        totals = shares[owner][share]
        for message in cluster.get_received(owner):
            totals.update(_unpacked(message, share, len(nodes)))
        if totals:
            winner = _mode(totals)
            # To oneself, too: that costs nothing.
            cluster.send(owner, root, _packed({winner: totals[winner]}, 1))
    winners: Counter[int] = Counter()
    for message in cluster.get_received(root):
        winners.update(_unpacked(message, 0, 1))
    return _mode(winners)


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


def _shares(counts: Counter[int], num_shares: int) -> list[Counter[int]]:
    """Split counts by owner: share i has the values that leave the remainder i."""
    shares: list[Counter[int]] = [Counter() for _ in range(num_shares)]
    for value, count in counts.items():
        # Python's remainder is 0 or more for negative values as well.
        shares[value % num_shares][value] = count
    return shares


def _hand_over(cluster: Cluster, shares: dict[int, list[Counter[int]]]) -> None:
    """Send each share to its owner, in rounds in which no two have the same receiver.

    Links are booked in the order of the calls: all messages of one node after the
    other would queue for the same links.
    """
    nodes = list(shares)
    for shift in range(1, len(nodes)):
        for index, node in enumerate(nodes):
            share = (index + shift) % len(nodes)
            if shares[node][share]:
                packed = _packed(shares[node][share], len(nodes))
                cluster.send(node, nodes[share], packed)


def _packed(counts: Mapping[int, int], num_shares: int) -> bytes:
    """Write the counts of a share: quotients as steps up from the first, and counts."""
    values = sorted(counts)
    quotients = [value // num_shares for value in values]
    steps = [_folded(quotients[0])]
    steps += [higher - lower for lower, higher in pairwise(quotients)]
    written = b"".join(
        _number(step) + _number(counts[value])
        for step, value in zip(steps, values, strict=True)
    )
    deflated = zlib.compress(written, level=9, wbits=_BARE_STREAM)
    if len(deflated) < len(written):
        return _DEFLATED + deflated
    return _PLAIN + written


def _unpacked(message: bytes, share: int, num_shares: int) -> Counter[int]:
    """Read what `_packed` wrote of the share of that number."""
    counts: Counter[int] = Counter()
    quotient = 0
    written = message[1:]
    if message[:1] == _DEFLATED:
        written = zlib.decompress(written, wbits=_BARE_STREAM)
    numbers = _numbers(written)
    for step, count in zip(numbers, numbers, strict=True):
        quotient = quotient + step if counts else _unfolded(step)
        counts[quotient * num_shares + share] = count
    return counts


def _folded(number: int) -> int:
    """Make a number one of 0 and more: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4."""
    return 2 * number if number >= 0 else -2 * number - 1


def _unfolded(folded: int) -> int:
    return folded // 2 if folded % 2 == 0 else -(folded // 2) - 1


def _number(number: int) -> bytes:
    """Write a number, 0 or more, the low bits first; a byte's top bit: more follow."""
    written = bytearray()
    while number >= 128:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


def _numbers(written: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in written:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def _mode(counts: Counter[int]) -> int:
    if not counts:
        raise ValueError("no node has any data")
    return min(counts, key=lambda value: (-counts[value], value))
