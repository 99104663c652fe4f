"""Networks as a family: every strength of a path on a training set is trained side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy import sparse

from regcli.errors import DataError, UsageError
from regcli.families.axis import between
from regcli.families.axis_family import AxisFamily, random_state
from regcli.families.described import Estimator
from regcli.families.given import Given
from regcli.families.network import compiled
from regcli.families.network.augment import Augment
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.levers import Levers, Rows, Schedule
from regcli.families.network.training import train
from regcli.metrics import METRICS
from regcli.scored import Scored
from regcli.scoring import score
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from regcli.config.estimators import Estimator as Wanted
    from regcli.families.axis import AxisPath
    from regcli.families.axis_family import Job
    from regcli.families.marks import Trained
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.prepare import Prepared

# Where the default grids begin and end. A decay λ holds weights near 1/λ against Adam's steps; thresholds of 1 leave nothing.
ENDS = {
    "weight_decay": (30.0, 0.01),
    "l1": (1.0, 1e-3),
    "dropout": (0.8, 0.0),
    "label_smoothing": (0.5, 0.0),
    "noise": (2.0, 0.0),
    "mixup": (2.0, 0.0),
}
LEVERS = tuple(ENDS)


@dataclass(frozen=True, slots=True)
class Scales:
    """What numbers are measured in: SDs of the training set's columns and of its target, about their means.

    Attributes
    ----------
    center, scale : ndarray (p,)
    y_center, y_scale : float
        0 and 1 for classes.
    """

    center: FloatArray
    scale: FloatArray
    y_center: float
    y_scale: float

    @classmethod
    def of(cls, given: Given) -> Scales:
        """Measured with the sample and class weights of the set."""
        X = dense(given.X)
        weight = np.ones(len(X)) if given.weight is None else given.weight
        center = np.average(X, axis=0, weights=weight)
        scale = np.sqrt(np.average((X - center) ** 2, axis=0, weights=weight))
        scale = np.where(scale > 1e-12 * np.maximum(1.0, np.abs(center)), scale, np.inf)
        if given.classes:
            return cls(center, scale, 0.0, 1.0)
        mean = float(np.average(given.y, weights=weight))
        spread = float(np.sqrt(np.average((given.y - mean) ** 2, weights=weight)))
        return cls(center, scale, mean, spread or 1.0)

    def apply(self, X: Matrix) -> NDArray[np.float32]:
        """Columns in SDs; what is constant in training is zero."""
        return np.asarray((dense(X) - self.center) / self.scale, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of one path on one training set.

    Attributes
    ----------
    layers : Layers
    weights : ndarray (L, P)
    scales : Scales
    n_iter : int ndarray (L,)
        Epochs.
    """

    layers: Layers
    weights: NDArray[np.float32]
    scales: Scales
    n_iter: IntArray

    @property
    def used(self) -> BoolArray:
        first = self.layers.split(self.weights)[0][0]
        return np.asarray((first != 0).any(axis=2) & np.isfinite(self.scales.scale))

    @property
    def complexity(self) -> FloatArray:
        return np.asarray(np.count_nonzero(self.weights[:, self.layers.penalised], axis=1), dtype=np.float64)

    @property
    def ended(self) -> BoolArray:
        return np.asarray(np.isfinite(self.weights).all(axis=1))

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        x = self.scales.apply(X)
        for weights in self.weights:
            yield self._mean(weights[None], x)

    def mean(self, X: Matrix) -> FloatArray:
        """Of the only one: values (m,), or probabilities (m, K)."""
        return np.asarray(self._mean(self.weights, self.scales.apply(X))[0])

    def _mean(self, weights: NDArray[np.float32], x: NDArray[np.float32]) -> FloatArray:
        out = self.layers.outputs(weights, x).astype(np.float64)
        if self.layers.architecture.loss == "squared":
            return np.asarray(self.scales.y_center + self.scales.y_scale * out[..., 0])
        # of single precision: to where they sum to one
        return np.asarray(out / out.sum(axis=-1, keepdims=True))


class Network(AxisFamily):
    """Dense networks."""

    name = "network"
    complexity_of: ClassVar[str] = "weights"

    def backend(self, prepared: Prepared, wanted: Wanted, levers: dict[str, Any]) -> tuple[str, str, str]:
        smoothed = wanted.axis == "label_smoothing" or levers.get("label_smoothing")
        if prepared.plan.task == "regression" and smoothed:
            raise UsageError("estimators: network: label_smoothing has no meaning for regression", "leave it out")
        by = "compiled steps" if compiled.available else "numpy"
        return "dense-network", f"all strengths of a path are trained side by side on each training set, by {by}", wanted.axis

    def grid(self, given: Given, wanted: Wanted, levers: dict[str, Any]) -> FloatArray:
        self._require_images(given, wanted)
        if wanted.axis == "epochs":
            return between(wanted, 1, levers["max_epochs"])
        return between(wanted, *ENDS[wanted.axis])

    def train(self, given: Given, path: AxisPath, seed: int) -> Networks:
        return _trained(given, path, path.lambdas, seed, None)

    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Networks:
        epochs = None
        if getattr(path.wanted, "patience", None) is not None:
            epochs = _best_epochs(given.prepared, path, seed)[index : index + 1]
        return _trained(given, path, path.lambdas[index : index + 1], seed, epochs)

    def work(self, prepared: Prepared, jobs: Sequence[Job], keep: Callable[[Job, Given, Trained], None]) -> None:
        patient = [job for job in jobs if getattr(job.path.wanted, "patience", None) is not None]
        super().work(prepared, [job for job in jobs if job not in patient], keep)
        by_path: dict[int, list[Job]] = defaultdict(list)
        for job in patient:
            by_path[id(job.path)].append(job)
        for some in by_path.values():
            self._patiently(prepared, some, keep)

    def saved(self, prepared: Prepared, given: Given, model: Any) -> Any:  # noqa: ANN401, ARG002
        transformer = given.encoded.transformer
        return None if transformer is None else Estimator("Pipeline", {"steps": [("columns", transformer)]})

    def arrays(self, model: Networks) -> dict[str, Any]:
        """What `mean` reads."""
        shape, scales = model.layers.architecture, model.scales
        return {
            "widths": np.array(shape.widths),
            "classes": np.array(shape.loss == "softmax"),
            "weights": model.weights[0],
            "center": scales.center,
            "scale": scales.scale,
            "target": np.array([scales.y_center, scales.y_scale]),
        }

    def mean(self, arrays: Mapping[str, FloatArray], X: Any) -> FloatArray:  # noqa: ANN401
        """As `Family.mean`."""
        n_inputs, *hidden, n_outputs = (int(width) for width in arrays["widths"])
        shape = Architecture(n_inputs, tuple(hidden), n_outputs, "softmax" if arrays["classes"] else "squared")
        scales = Scales(arrays["center"], arrays["scale"], *map(float, arrays["target"]))
        weights = np.asarray(arrays["weights"], dtype=np.float32)[None]
        rows = X if sparse.issparse(X) else np.asarray(X, dtype=np.float64)
        return Networks(Layers.of(shape), weights, scales, np.zeros(1, dtype=np.int64)).mean(rows)

    def _patiently(self, prepared: Prepared, jobs: Sequence[Job], keep: Callable[[Job, Given, Trained], None]) -> None:
        """Every strength for as many epochs as are best on the mean over folds, the same for all folds."""
        path = jobs[0].path
        epochs = {seed: _best_epochs(prepared, path, random_state(prepared, seed)) for seed in {job.seed for job in jobs}}

        def one(job: Job) -> None:
            given = Given.of(prepared, path.recipe, job.f)
            keep(job, given, _trained(given, path, path.lambdas, random_state(prepared, job.seed), epochs[job.seed]))

        prepared.executor.map(one, jobs)

    def _require_images(self, given: Given, wanted: Wanted) -> None:
        augment = getattr(wanted, "augment", None)
        if augment is not None and augment.shape[0] * augment.shape[1] != given.X.shape[1]:
            height, width = augment.shape
            raise DataError(
                f"estimators: network: augment.shape [{height}, {width}] is {height * width} pixels, but there are "
                f"{given.X.shape[1]} columns",
                "give the shape of what is left without constant columns, and leave out what is no pixel (dataset.columns)",
            )


def dense(X: Matrix) -> FloatArray:
    """As an array."""
    return np.asarray(X.toarray() if sparse.issparse(X) else X, dtype=np.float64)


def _rows(given: Given, scales: Scales, *, scaled: bool) -> Rows:
    """A training set as networks take it."""
    if given.classes:
        target = (given.y[:, None] == np.arange(given.classes)).astype(np.float32)
    else:
        target = ((given.y - scales.y_center) / scales.y_scale).astype(np.float32)[:, None]
    weight = np.ones(len(target)) if given.weight is None else given.weight / given.weight.mean()
    X = scales.apply(given.X) if scaled else dense(given.X).astype(np.float32)
    return Rows(X, target, weight.astype(np.float32))


def _trained(given: Given, path: AxisPath, strengths: FloatArray, seed: int, epochs: IntArray | None) -> Networks:
    """Networks of some strengths of a path.

    Parameters
    ----------
    given : Given
    path : AxisPath
    strengths : ndarray (l,)
    seed : int
    epochs : int ndarray (l,), or None
        How long each is trained; None as the path has it.
    """
    scales = Scales.of(given)
    architecture = _architecture(given, path)
    layers, out = Layers.of(architecture), None
    if path.axis == "epochs":
        passes = strengths.astype(np.int64)
        drawn = _walk(given, path, scales, architecture, np.zeros(1), tuple(passes.tolist()), seed)
        return Networks(layers, np.concatenate([weights for _, weights in drawn]), scales, passes)
    passes = np.full(len(strengths), path.levers["max_epochs"]) if epochs is None else epochs
    out = np.empty((len(strengths), layers.starts[-1]), dtype=np.float32)
    for epoch, weights in _walk(given, path, scales, architecture, strengths, tuple(sorted(set(passes.tolist()))), seed):
        out[passes == epoch] = weights[passes == epoch]
    return Networks(layers, out, scales, passes)


def _walk(
    given: Given,
    path: AxisPath,
    scales: Scales,
    architecture: Architecture,
    strengths: FloatArray,
    epochs: tuple[int, ...],
    seed: int,
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Epochs, and the weights of all networks after them."""
    levers, count = path.levers, len(strengths)
    walked = {name: strengths if name == path.axis else np.full(count, float(levers[name])) for name in LEVERS}
    wanted = getattr(path.wanted, "augment", None)
    augment = None
    if wanted is not None:
        center, scale = (values.astype(np.float32) for values in (scales.center, scales.scale))
        augment = Augment(wanted.shape, wanted.shift, wanted.flip, wanted.rotate, center, scale)
    rows = _rows(given, scales, scaled=augment is None)
    schedule = Schedule(levers["learning_rate"], levers["batch_size"], epochs)
    yield from zip(epochs, train(rows, architecture, Levers(**walked), schedule, seed, augment), strict=True)


def _architecture(given: Given, path: AxisPath) -> Architecture:
    return Architecture(
        given.X.shape[1], tuple(path.levers["hidden"]), given.classes or 1, "softmax" if given.classes else "squared"
    )


def _best_epochs(prepared: Prepared, path: AxisPath, seed: int) -> IntArray:
    """For every strength the epoch with the best mean over all folds, looking no further than the patience past it; (L,)."""
    plan, longest = prepared.plan, int(path.levers["max_epochs"])
    metric = METRICS[plan.metric]

    def curve(f: int) -> FloatArray:
        """Of one fold, (epochs, L)."""
        given = Given.of(prepared, path.recipe, f)
        scales, architecture, held = Scales.of(given), _architecture(given, path), plan.splits.folds[f].validation
        X, layers, out = given.matrix(held), Layers.of(architecture), []
        every = tuple(range(1, longest + 1))
        for _, weights in _walk(given, path, scales, architecture, path.lambdas, every, seed):
            networks = Networks(layers, weights, scales, np.zeros(0, dtype=np.int64))
            means = np.concatenate(list(networks.predictions(X)))
            scored = Scored(plan.dataset.y[held], means, sample_weights(plan.dataset, held), plan.task)
            out.append(score(scored, [plan.metric])[plan.metric])
        return np.array(out)

    weight = [sample_weights(plan.dataset, fold.validation).sum() for fold in plan.splits.folds]
    curves = prepared.executor.map(curve, range(len(plan.splits.folds)))
    return first_best(metric.sign * np.average(curves, axis=0, weights=weight), path.wanted.patience)  # type: ignore[attr-defined]


def first_best(loss: FloatArray, patience: int) -> IntArray:
    """Of each column of (epochs, L) the epoch, from 1, of the lowest value that `patience` epochs more do not better; (L,)."""
    best, lowest = np.ones(loss.shape[1], dtype=np.int64), np.full(loss.shape[1], np.inf)
    for epoch, values in enumerate(loss, start=1):
        better = (values < lowest) & (epoch - best <= patience)
        best, lowest = np.where(better, epoch, best), np.where(better, values, lowest)
    return best
