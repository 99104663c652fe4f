"""Preprocessing, fitted on training rows alone: columns to numbers, then scaling as the last step."""

from regcli.preprocess.columns import RARE, Output, natural_order
from regcli.preprocess.design import Design, Preprocessor, Recipe, fit_design, transformed
from regcli.preprocess.known import KnownLevels, fitted_parts, known_levels
from regcli.preprocess.scaling import SCALES, Scaling, fit_scaling

__all__ = [
    "RARE",
    "SCALES",
    "Design",
    "KnownLevels",
    "Output",
    "Preprocessor",
    "Recipe",
    "Scaling",
    "fit_design",
    "fit_scaling",
    "fitted_parts",
    "known_levels",
    "natural_order",
    "transformed",
]
