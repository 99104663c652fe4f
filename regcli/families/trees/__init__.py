"""Families of trees: one, pruned; many, averaged; many, one after the other."""

from __future__ import annotations

from regcli.families.trees.tree import Tree

__all__ = ["Tree"]
