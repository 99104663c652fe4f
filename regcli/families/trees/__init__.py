"""Families of trees: one, pruned; many, averaged; many, one after the other."""

from __future__ import annotations

from regcli.families.trees.boosting import Boosting
from regcli.families.trees.forest import Forest
from regcli.families.trees.tree import Tree

__all__ = ["Boosting", "Forest", "Tree"]
