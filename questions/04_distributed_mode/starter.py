"""Find the most frequent integer of a cluster's data."""

from __future__ import annotations

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie.

    Args:
        cluster: The nodes, their data, and the links between them.

    Raises:
        ValueError: No node has any data.
    """
    raise NotImplementedError
