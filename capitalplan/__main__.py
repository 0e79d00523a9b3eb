"""``python -m capitalplan``."""

from __future__ import annotations

from capitalplan.cli import main

if __name__ == "__main__":
    main()
