"""Dense networks, all strengths of a path side by side."""

from __future__ import annotations

from regcli.families.network.family import Network

__all__ = ["Network"]
