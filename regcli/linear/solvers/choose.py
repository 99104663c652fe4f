"""Who serves a path on training sets, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.linear.solvers.direct import Direct
from regcli.linear.solvers.lagged_newton import LaggedNewton
from regcli.linear.solvers.lockstep import Lockstep
from regcli.linear.solvers.lockstep_newton import LockstepNewton
from regcli.linear.solvers.proximal_newton import ProximalNewton
from regcli.linear.solvers.sufficient_statistics import SufficientStatistics
from regcli.linear.solvers.working_set import WorkingSet

if TYPE_CHECKING:
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.linear.solvers.base import Solver, Task
    from regcli.numerics.executor import Executor

# In the order in which they are asked: the first that suits serves.
SOLVERS: tuple[Solver, ...] = (
    SufficientStatistics(),
    LaggedNewton(),
    LockstepNewton(),
    Lockstep(),
    Direct(),
    WorkingSet(),
    ProximalNewton(),
)


def choose(sets: TrainingSets, task: Task, executor: Executor) -> tuple[Solver | None, str]:
    """The solver for a task, or None where these sets are to be walked one by one; and why.

    Whoever was asked before and had something to say is heard in the reason.
    """
    said = []
    for solver in SOLVERS:
        serves, reason = solver.suits(sets, task, executor)
        if reason:
            said.append(reason)
        if serves:
            return solver, ": ".join(said)
    return None, ": ".join(said)
