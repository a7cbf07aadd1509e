"""``python -m perfkata`` is the same as ``perfkata``."""

from perfkata.cli import main

__all__: list[str] = []

main()
