"""Cost-complexity pruning of one grown tree at every α of a grid, on the tree's arrays (Breiman et al. 1984)."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

LEAF = -1
# Breaks of a path that differ by less than this share differ by rounding alone.
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Links:
    """The order in which the weakest links of a tree are cut.

    Attributes
    ----------
    node : int ndarray (K,)
        The node that becomes a leaf at each cut.
    alpha : ndarray (K,)
        What the leaves lost by it gained each, per row: (R(t) - R(branch)) / (leaves - 1).
    """

    node: IntArray
    alpha: FloatArray


def parents(tree: Any) -> IntArray:  # noqa: ANN401 - scikit-learn has no types
    """The node above each node of a grown tree; -1 for the root."""
    above = np.full(tree.node_count, -1)
    for children in (tree.children_left, tree.children_right):
        inner = np.flatnonzero(children != LEAF)
        above[children[inner]] = inner
    return above


def levels(tree: Any) -> list[IntArray]:  # noqa: ANN401
    """Nodes by their depth, the root first."""
    out, here = [], np.zeros(1, dtype=np.int64)
    while len(here):
        out.append(here)
        below = np.concatenate([tree.children_left[here], tree.children_right[here]])
        here = below[below != LEAF]
    return out


def weakest_links(tree: Any) -> Links:  # noqa: ANN401
    """Cut a grown tree back to its root, link by link.

    The sums are taken in the order in which scikit-learn takes them, so that the cuts are its own to the last bit; the next link
    comes from a heap and not from a look at every node, and what a cut makes of the nodes above it is seen when their turn comes.
    """
    left, right, above = tree.children_left.tolist(), tree.children_right.tolist(), parents(tree).tolist()
    weight = tree.weighted_n_node_samples
    own = (weight * tree.impurity / weight[0]).tolist()
    n = len(own)
    branch, leaves = _branches(tree, own, above)
    # of every node that is still there a number not above its own: cuts below it raise that, but for rounding
    known = [((own[t] - branch[t]) / (leaves[t] - 1), t) for t in np.flatnonzero(tree.children_left != LEAF).tolist()]
    least, gone = [0.0] * n, [False] * n
    for alpha, t in known:
        least[t] = alpha
    heapify(known)
    cut, alphas = [], []
    while known:
        alpha, t = heappop(known)
        if gone[t] or alpha != least[t]:
            continue
        rest, more = leaves[t] - 1, own[t] - branch[t]
        actual = more / rest
        if actual > alpha:
            least[t] = actual
            heappush(known, (actual, t))
            continue
        cut.append(t)
        alphas.append(alpha)
        below = [t]
        while below:
            node = below.pop()
            if left[node] != LEAF and not gone[node]:
                gone[node] = True
                below += (left[node], right[node])
        node = above[t]
        while node != -1:
            leaves[node] -= rest
            branch[node] += more
            actual = (own[node] - branch[node]) / (leaves[node] - 1)
            if actual < least[node]:
                least[node] = actual
                heappush(known, (actual, node))
            node = above[node]
    return Links(np.array(cut, dtype=np.int64), np.array(alphas))


def _branches(tree: Any, own: list[float], above: list[int]) -> tuple[list[float], list[int]]:  # noqa: ANN401
    """Of every node that divides rows what its leaves weigh together, and how many they are."""
    weighs, leaves = [0.0] * len(own), [0] * len(own)
    for leaf in np.flatnonzero(tree.children_left == LEAF).tolist():
        one, node = own[leaf], above[leaf]
        while node != -1:
            weighs[node] += one
            leaves[node] += 1
            node = above[node]
    return weighs, leaves


def cuts(links: Links, alphas: FloatArray) -> IntArray:
    """How many cuts are made at each α, (L,): all before the first that gains more than α; none at 0, where nothing is pruned."""
    highest = np.maximum.accumulate(links.alpha) if len(links.alpha) else links.alpha
    return np.where(alphas > 0, np.searchsorted(highest, alphas, side="right"), 0)


@dataclass(frozen=True, slots=True)
class Pruned:
    """A grown tree at every point of a grid; N nodes, L points.

    Attributes
    ----------
    ends : int ndarray (N, L)
        At which node a row ends that would reach a node of the grown tree.
    splits : bool ndarray (N, L)
        The node still divides rows.
    """

    ends: IntArray
    splits: BoolArray

    @classmethod
    def of(cls, tree: Any, alphas: FloatArray, links: Links | None = None) -> Pruned:  # noqa: ANN401
        """Prune at every α; `links` are the tree's weakest, where they are known."""
        links = weakest_links(tree) if links is None else links
        when = np.full(tree.node_count, len(links.node))
        when[links.node] = np.arange(len(links.node))
        cut = when[:, None] < cuts(links, alphas)
        ends = np.repeat(np.arange(tree.node_count, dtype=np.int32)[:, None], len(alphas), axis=1)
        above = parents(tree)
        for nodes in levels(tree)[1:]:
            over = above[nodes]
            ends[nodes] = np.where(cut[over], ends[over], ends[nodes])
            cut[nodes] |= cut[over]
        return cls(ends, ~cut & (tree.children_left != LEAF)[:, None])

    @property
    def n_leaves(self) -> IntArray:
        """Leaves at each point, (L,)."""
        return np.asarray(1 + self.splits.sum(axis=0))


def grid(tree: Any, links: Links, count: int, top: float | None = None, bottom: float | None = None) -> FloatArray:  # noqa: ANN401
    """Values of α for every tree like this one, from the root alone to the tree unpruned; (L,), descending.

    Between two breaks of the path one subtree is the best; the value in between is their geometric mean, as rpart's cp. Of more
    breaks than `count` those are kept whose trees have leaves about equally far apart in proportion.

    Parameters
    ----------
    tree : object
        Grown on all training rows.
    links : Links
        Its weakest.
    count : int
    top, bottom : float or None
        The largest and the smallest value.
    """
    breaks = np.maximum(np.maximum.accumulate(links.alpha), 0.0) if len(links.alpha) else np.zeros(1)
    new = np.append(True, np.diff(breaks) > SAME * breaks[1:])
    distinct = breaks[new][::-1]
    leaves = (len(breaks) - np.flatnonzero(new))[::-1]
    between = np.sqrt(distinct[:-1] * distinct[1:])
    ends = [max(float(tree.impurity[0]), float(distinct[0]))], [0.0]
    values, size = np.concatenate([ends[0], between, ends[1]]), np.concatenate([[0], leaves]) + 1.0
    kept = (values <= (np.inf if top is None else top)) & (values >= (bottom or 0.0))
    values, size = values[kept], size[kept]
    if len(values) > count:
        wanted = np.geomspace(size[0], size[-1], count)
        values = values[np.unique(np.abs(np.log(size)[:, None] - np.log(wanted)).argmin(axis=0))]
    return np.unique(values)[::-1]
