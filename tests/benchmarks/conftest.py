"""Makes the benchmarks importable, which are no part of the installed package."""

from __future__ import annotations

import sys
from pathlib import Path

__all__: list[str] = []

sys.path.append(str(Path(__file__).resolve().parents[2]))
