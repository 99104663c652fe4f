"""Families of models in the order of preference between those that are as good as each other: the simpler first."""

from __future__ import annotations

ORDER = ("linear", "tree", "factorization", "forest", "boosting", "network")
