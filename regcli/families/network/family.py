"""Networks as a family: every strength of a path on a training set is trained side by side."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy import sparse

from regcli.errors import DataError, UsageError
from regcli.families.axis import between
from regcli.families.axis_family import AxisFamily, random_state
from regcli.families.described import Estimator
from regcli.families.network import compiled
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.networks import Networks, Scales, trained
from regcli.families.network.patience import patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from regcli.config.estimators import Estimator as Wanted
    from regcli.families.axis import AxisPath
    from regcli.families.axis_family import Job
    from regcli.families.given import Given
    from regcli.families.marks import Trained
    from regcli.numerics.arrays import FloatArray
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


class Network(AxisFamily):
    """Dense networks."""

    name = "network"
    complexity_of: ClassVar[str] = "weights"
    longer: ClassVar[str] = "lower the entry's learning_rate"

    def backend(self, prepared: Prepared, wanted: Wanted, levers: dict[str, Any]) -> tuple[str, str, str]:
        smoothed = wanted.axis == "label_smoothing" or levers.get("label_smoothing")
        if prepared.plan.task == "regression" and smoothed:
            raise UsageError("estimators: network: label_smoothing has no meaning for regression", "leave it out")
        by = "compiled steps" if compiled.available else "numpy"
        return "dense-network", f"all strengths of a path are trained side by side on each training set, by {by}", wanted.axis

    def grid(self, given: Given, wanted: Wanted, levers: dict[str, Any], whole: dict[int, Any]) -> FloatArray:  # noqa: ARG002
        self._require_images(given, wanted)
        if wanted.axis == "epochs":
            return between(wanted, 1, levers["max_epochs"])
        return between(wanted, *ENDS[wanted.axis])

    def train(self, given: Given, path: AxisPath, seed: int) -> Networks:
        return trained(given, path, path.lambdas, seed, None)

    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Networks:
        if not _is_patient(path):
            return trained(given, path, path.lambdas[index : index + 1], seed, None)
        (found,) = (networks for found, networks in patiently(given.prepared, path, seed) if found.f == given.f)
        return found.at(index)

    def again(self, given: Given, path: AxisPath, index: int, seed: int, rounds: int) -> Networks:
        return trained(given, path, path.lambdas[index : index + 1], seed, np.array([rounds]))

    def work(self, prepared: Prepared, jobs: Sequence[Job], keep: Callable[[Job, Given, Trained], None]) -> None:
        super().work(prepared, [job for job in jobs if not _is_patient(job.path)], keep)
        together: dict[tuple[int, int], list[Job]] = defaultdict(list)
        for job in jobs:
            if _is_patient(job.path):
                together[id(job.path), job.seed].append(job)
        for some in together.values():
            by_set = {job.f: job for job in some}
            for given, networks in patiently(prepared, some[0].path, random_state(prepared, some[0].seed)):
                if given.f in by_set:
                    keep(by_set[given.f], given, networks)

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

    def _require_images(self, given: Given, wanted: Wanted) -> None:
        augment = getattr(wanted, "augment", None)
        if augment is not None and augment.shape[0] * augment.shape[1] != given.X.shape[1]:
            height, width = augment.shape
            raise DataError(
                f"estimators: network: augment.shape [{height}, {width}] is {height * width} pixels, but there are "
                f"{given.X.shape[1]} columns",
                "give the shape of what is left without constant columns, and leave out what is no pixel (dataset.columns)",
            )


def _is_patient(path: AxisPath) -> bool:
    """Its networks are trained for as many epochs as are best on the mean over folds."""
    return getattr(path.wanted, "patience", None) is not None
