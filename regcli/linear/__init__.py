"""The mathematics of penalised paths: objective, training sets, solvers, certificate. No input or output.

One λ everywhere: every fit minimises, with row weights s that sum to one,

    Σ_i s_i ℓ(y_i, η_i)  +  λ Σ_j v_j [ρ |b_j| + (1-ρ)/2 b_j²],      η = b0 + X b.
"""

from regcli.linear.objective.certificate import certify
from regcli.linear.objective.freedom import degrees_of_freedom
from regcli.linear.objective.grid import Ending, geometric_grid, lambda_max
from regcli.linear.objective.losses import LOSSES
from regcli.linear.objective.path import PathFit
from regcli.linear.objective.penalty import Penalty
from regcli.linear.objective.problem import Problem
from regcli.linear.sets import statistics
from regcli.linear.sets.spectrum import ridge_ends
from regcli.linear.sets.training_sets import TrainingSets, column_moments
from regcli.linear.solvers.base import Solver, Task
from regcli.linear.solvers.choose import SOLVERS, choose
from regcli.linear.solvers.null import NullFit, null_fit, solve_path

__all__ = [
    "LOSSES",
    "SOLVERS",
    "Ending",
    "NullFit",
    "PathFit",
    "Penalty",
    "Problem",
    "Solver",
    "Task",
    "TrainingSets",
    "certify",
    "choose",
    "column_moments",
    "degrees_of_freedom",
    "geometric_grid",
    "lambda_max",
    "null_fit",
    "ridge_ends",
    "solve_path",
    "statistics",
]
