"""Preprocessing, fitted on training rows alone: columns to numbers, then scaling as the last step."""

from regcli.preprocess.columns import RARE, Output, Takes, natural_order
from regcli.preprocess.design import Design, Encoded, Preprocessor, Recipe, encode, fit_design, transformed
from regcli.preprocess.known import KnownLevels, filled_columns, fitted_parts, known_levels
from regcli.preprocess.scaling import SCALES, Scaling, fit_scaling
from regcli.preprocess.target import SCALES as TARGET_SCALES
from regcli.preprocess.target import fitted_scale, on_scale, to_scale

__all__ = [
    "RARE",
    "SCALES",
    "TARGET_SCALES",
    "Design",
    "Encoded",
    "KnownLevels",
    "Output",
    "Preprocessor",
    "Recipe",
    "Scaling",
    "Takes",
    "encode",
    "filled_columns",
    "fit_design",
    "fit_scaling",
    "fitted_parts",
    "fitted_scale",
    "known_levels",
    "natural_order",
    "on_scale",
    "to_scale",
    "transformed",
]
