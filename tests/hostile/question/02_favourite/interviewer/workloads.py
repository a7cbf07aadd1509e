"""What the measure runs beside the submission."""

from __future__ import annotations

_MODULUS = 2**31


def favourite_of(seed: int, size: int) -> int:
    """Return the favourite of so many numbers that follow from a seed."""
    # The grader reads this file too, where there is no solution.
    from solution import favourite

    return favourite(numbers_from(seed, size))


def numbers_from(seed: int, size: int) -> list[int]:
    """Return numbers that follow from a seed, many of them more than once."""
    numbers = []
    for _ in range(size):
        seed = (seed * 1_103_515_245 + 12_345) % _MODULUS
        numbers.append((seed >> 8) % size)
    return numbers
