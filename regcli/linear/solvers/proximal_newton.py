"""Logistic and multinomial paths on one training set: proximal Newton."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.linear.kernels.newton import newton_path
from regcli.linear.solvers.base import Alone, Task, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray
    from regcli.numerics.executor import Executor


class ProximalNewton(Alone):
    """Second-order expansions of the loss on the columns in use; see `kernels.newton`."""

    name = "proximal-newton"

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:  # noqa: ARG002
        if sets.shape[3] > 1:
            return Verdict(False, "")
        return Verdict(True, f"{sets.loss.name} loss: second-order expansions on the columns in use")

    def steps(self, problem: Problem, task: Task) -> Iterator[tuple[FloatArray, FloatArray, int]]:
        return newton_path(problem, task.penalty, task.lambdas, task.tol, task.max_iter)
