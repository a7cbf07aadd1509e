"""What a cluster offers, and the error of a node that is down."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Cluster", "NodeDownError"]


class NodeDownError(Exception):
    """The node is down: nothing can be read, sent or received there."""


class Cluster(Protocol):
    """Nodes with data of their own; what one of them knows, it has read or received.

    Every method raises TypeError for an argument of the wrong type, ValueError for a
    node that does not exist, and NodeDownError where it should do something at a node
    that is down.
    """

    @property
    def num_nodes(self) -> int:
        """How many nodes there are, one that is down among them."""

    @property
    def total_time(self) -> float:
        """Seconds until the last clock and the last link come to rest."""

    def read_local_data(self, node: int, of: int | None = None) -> list[int]:
        """Return a list that the node holds, which takes it 0.8 s an integer.

        Args:
            node: Where it is read.
            of: Whose list it is: the node's own, or that of the node before it, of
                which it holds a replica.
        """

    def send(self, from_node: int, to_node: int, data: bytes) -> None:
        """Send a message; it holds both links for a second a byte."""

    def get_received(self, node: int) -> list[bytes]:
        """Return all messages sent to the node so far, and empty its box."""

    def barrier(self) -> None:
        """Move the clock of every node to the latest one."""
