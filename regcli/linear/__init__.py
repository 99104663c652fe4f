"""The mathematics of penalised paths: objective, grid, solvers, certificate. No input or output.

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
from regcli.linear.sets.spectrum import ridge_ends
from regcli.linear.sets.statistics import as_slice
from regcli.linear.sets.training_sets import Joint, column_moments
from regcli.linear.solvers.alone import (
    NullFit,
    certificates,
    choose_solver,
    interchangeable_columns,
    null_fit,
    predictors,
    settled,
    solve_path,
)
from regcli.linear.solvers.together import TOGETHER, Together
from regcli.numerics.executor import Executor

__all__ = [
    "LOSSES",
    "TOGETHER",
    "Ending",
    "Executor",
    "Joint",
    "NullFit",
    "PathFit",
    "Penalty",
    "Problem",
    "Together",
    "as_slice",
    "certificates",
    "certify",
    "choose_solver",
    "column_moments",
    "degrees_of_freedom",
    "geometric_grid",
    "interchangeable_columns",
    "lambda_max",
    "null_fit",
    "predictors",
    "ridge_ends",
    "settled",
    "solve_path",
]
