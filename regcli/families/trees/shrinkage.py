"""Hierarchical shrinkage of a fitted tree: a step from a node's mean to its child's counts the less the fewer rows there are.

f(x) = Ê[y | t₀] + Σ_l (Ê[y | t_l] - Ê[y | t_{l-1}]) / (1 + λ/N(t_{l-1})) along the path of x, tree by tree (Agarwal et al.
2022).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.trees.pruning import levels, parents

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray


def shrunk(tree: Any, lambdas: FloatArray, n_rows: int) -> FloatArray:  # noqa: ANN401 - scikit-learn has no types
    """What the nodes of a tree predict at every λ, (N, K, L).

    Parameters
    ----------
    tree : object
        As it was fitted.
    lambdas : ndarray (L,)
        In rows.
    n_rows : int
        Drawn for the tree: with weights a node has as many of them as is its share of the root's weight.
    """
    value, above = tree.value[:, 0], parents(tree)
    out = np.repeat(value[:, :, None], len(lambdas), axis=2)
    rows = n_rows * tree.weighted_n_node_samples / tree.weighted_n_node_samples[0]
    for nodes in levels(tree)[1:]:
        over = above[nodes]
        step = (value[nodes] - value[over])[:, :, None] / (1.0 + lambdas / rows[over, None, None])
        out[nodes] = out[over] + step
    return out


def shrink(tree: Any, lam: float, n_rows: int) -> None:  # noqa: ANN401
    """The same written into a fitted tree, whose predictions are those at one λ then."""
    tree.value[:, 0] = shrunk(tree, np.array([lam]), n_rows)[:, :, 0]
