"""The mathematics of penalised paths: objective, grid, solvers, certificate. No input or output.

One λ everywhere: every fit minimises, with row weights s that sum to one,

    Σ_i s_i ℓ(y_i, η_i)  +  λ Σ_j v_j [ρ |b_j| + (1-ρ)/2 b_j²],      η = b0 + X b.
"""

from regcli.linear.certificate import certify
from regcli.linear.freedom import degrees_of_freedom
from regcli.linear.grid import Ending, geometric_grid, lambda_max
from regcli.linear.joint import Joint, Team, column_moments
from regcli.linear.losses import LOSSES
from regcli.linear.moments import as_slice
from regcli.linear.paths import NullFit, PathFit, certificates, choose_solver, null_fit, predictors, solve_path
from regcli.linear.penalty import Penalty
from regcli.linear.problem import Problem
from regcli.linear.spectrum import ridge_ends
from regcli.linear.together import TOGETHER, Together
from regcli.linear.twins import of_problem as twins_of_problem
from regcli.linear.twins import told_by_the_first

__all__ = [
    "LOSSES",
    "TOGETHER",
    "Ending",
    "Joint",
    "NullFit",
    "PathFit",
    "Penalty",
    "Problem",
    "Team",
    "Together",
    "as_slice",
    "certificates",
    "certify",
    "choose_solver",
    "column_moments",
    "degrees_of_freedom",
    "geometric_grid",
    "lambda_max",
    "null_fit",
    "predictors",
    "ridge_ends",
    "solve_path",
    "told_by_the_first",
    "twins_of_problem",
]
