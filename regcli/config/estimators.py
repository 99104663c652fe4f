"""The block `estimators`: families of models beyond linear ones, each with an axis that is walked from strong to weak."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, ValidationError

from regcli.config.base import Rejected, complaints_of, not_among, reject
from regcli.config.estimator import Axis, Estimator
from regcli.config.factorization import Factorization
from regcli.config.network import Network
from regcli.config.stage import listed
from regcli.config.tree import shown
from regcli.config.trees import Boosting, Forest, Tree

__all__ = ["ESTIMATORS", "KINDS", "Axis", "Entry", "Estimator", "Estimators", "telling"]

ESTIMATORS: dict[str, type[Estimator]] = {
    "tree": Tree,
    "factorization": Factorization,
    "forest": Forest,
    "boosting": Boosting,
    "network": Network,
}
KINDS = tuple(ESTIMATORS)


def _entry(value: Any) -> Estimator:  # noqa: ANN401
    """One entry, by its kind."""
    if isinstance(value, Estimator):
        return value
    given = {"kind": value} if isinstance(value, str) else value
    if not isinstance(given, dict):
        raise reject(f"must be one of {', '.join(KINDS)}, or a mapping that begins with kind, not {shown(value)}")
    kind = given.get("kind")
    if kind is None:
        raise reject(f"missing: the family, one of {', '.join(KINDS)}", "kind")
    if not isinstance(kind, str) or kind not in ESTIMATORS:
        raise reject(not_among(kind, list(KINDS)), *(() if isinstance(value, str) else ("kind",)))
    try:
        return ESTIMATORS[kind].model_validate(given)
    except ValidationError as error:
        raise Rejected(*complaints_of(error)) from None


def telling(kind: str, setting: str, others: Iterable[str]) -> str:
    """Of levers as files have them, `key=value` with semicolons, those that the family does not have so by itself.

    A lever that differs from the same entry's `others` is told, whatever it is.
    """
    usual = ESTIMATORS[kind].usual() if kind in ESTIMATORS else frozenset()
    common = set(setting.split(";")).intersection(*(other.split(";") for other in others))
    return ", ".join(lever for lever in setting.split(";") if lever and lever not in usual & common)


# what editors are told; the union is what `_entry` chooses from
_Described = Tree | Factorization | Forest | Boosting | Network
Entry = Annotated[Estimator, PlainValidator(_entry, json_schema_input_type=_Described)]
Estimators = Annotated[tuple[Entry, ...], BeforeValidator(listed, json_schema_input_type=_Described | tuple[_Described, ...])]
