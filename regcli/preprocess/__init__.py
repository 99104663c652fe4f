"""Preprocessing, fitted on training rows alone: columns to numbers, then scaling as the last step."""

from regcli.preprocess.columns import RARE, Output, natural_order
from regcli.preprocess.design import Design, Preprocessor, Recipe, fit_design, transformed
from regcli.preprocess.scaling import SCALES, Scaling, fit_scaling

__all__ = [
    "RARE",
    "SCALES",
    "Design",
    "Output",
    "Preprocessor",
    "Recipe",
    "Scaling",
    "fit_design",
    "fit_scaling",
    "natural_order",
    "transformed",
]
