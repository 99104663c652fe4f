"""Ratings of items by users."""

from regcli.families.factorization.family import Factorization

__all__ = ["Factorization"]
