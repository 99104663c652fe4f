"""Families of models, each a strength axis that is walked from strong to weak. Nothing outside knows which is which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from regcli.families.factorization import Factorization
from regcli.families.linear import Linear
from regcli.families.network import Network
from regcli.families.trees import Boosting, Forest, Tree

if TYPE_CHECKING:
    from regcli.families.base import Family
    from regcli.prepare import Prepared

# In the order of preference between models that are as good as each other: the simpler first.
FAMILIES: dict[str, Family] = {
    family.name: family for family in (Linear(), Tree(), Factorization(), Forest(), Boosting(), Network())
}


def expand(prepared: Prepared) -> Prepared:
    """The same with the paths of all families, and what is to be said about them.

    Raises
    ------
    UsageError
        Where the configuration of a family names columns that these data do not have.
    """
    paths, warnings = list(prepared.paths), list(prepared.warnings)
    for family in FAMILIES.values():
        more, said = family.expand(prepared)
        paths += more
        warnings += said
    return replace(prepared, paths=tuple(paths), warnings=tuple(dict.fromkeys(warnings)))
