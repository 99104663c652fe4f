"""The rules of the house: which part may import which, and what may be imported where."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from regcli.linear.kernels import compiled

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "regcli"
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))}

# From the ground up: a part imports only what stands on a lower line. New parts take their place here.
LAYERS = (
    {"checks", "numerals", "order", "pace", "wording"},
    {"errors", "figures", "spoken"},
    {"numerics"},
    {"ranking", "scored", "support"},
    {"metrics"},
    {"config", "scoring"},
    {"data", "linear", "preprocess", "weights"},
    {"evaluate", "gates", "selection"},
    {"averages", "noise", "plan"},
    {"beyond", "sharing"},
    {"prepare"},
    {"outcome"},
    {"families"},
    {"describe"},
    {"engine"},
    {"advice"},
    {"audit"},
    {"run"},
    {"compare", "check", "report"},
    {"page"},
    {"given", "views"},
    {"experiment"},
    {"examples"},
    {"cli"},
)
LAYER = {part: i for i, parts in enumerate(LAYERS) for part in parts}
# The language that the stages share: types, and no code.
SHARED = "regcli.data.types"

# Third-party packages with a place of their own.
PLACES = {
    "typer": {"cli"},
    "rich": {"cli", "report"},
    "pydantic": {"config"},
    "yaml": {"config"},
    "pyarrow": {"data", "run"},
    "skops": {"run"},
    "filelock": {"run"},
    "junitparser": {"report"},
    "jinja2": {"page"},
    "vl_convert": {"page"},
    "matplotlib": set(),
}
READERS = {"read_csv", "read_parquet", "read_table", "read_fwf", "read_json", "read_excel", "read_pickle"}
HEAVY = {"joblib", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "sklearn", "skops", "yaml"}


def part_of(module: str) -> str:
    """`regcli.data.types` is in `data`; the package itself has no part."""
    return [*module.split("."), ""][1]


def imports_of(path: Path) -> set[str]:
    """Dotted names of everything a file imports anywhere, for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # `from regcli import scoring` imports a module, `from regcli.scoring import gap` a name in one.
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "regcli" else {str(node.module)}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_downwards(module):
    part = part_of(module)
    if module in {"regcli.__init__", "regcli.__main__"}:
        return
    assert part in LAYER, f"{part}: give it a place in LAYERS"
    for imported in imports_of(MODULES[module]):
        other = part_of(imported)
        if imported.split(".")[0] != "regcli" or other in {part, "__version__"} or imported == SHARED:
            continue
        assert LAYER[other] < LAYER[part], f"{module} imports {imported}, which does not stand below it"


def test_the_shared_types_stand_on_arrays_alone():
    assert {name for name in imports_of(MODULES[SHARED]) if name.startswith("regcli")} == {"regcli.numerics.arrays"}


@pytest.mark.parametrize("module", MODULES)
def test_packages_stay_in_their_places(module):
    for imported in imports_of(MODULES[module]):
        allowed = PLACES.get(imported.split(".")[0])
        assert allowed is None or part_of(module) in allowed, f"{module} imports {imported}"


@pytest.mark.parametrize("module", MODULES)
def test_files_are_read_by_data_and_run_alone(module):
    if part_of(module) in {"data", "run"}:
        return
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.Attribute) and node.attr in READERS), f"{module}:{node.lineno} reads data"


@pytest.mark.parametrize("module", MODULES)
def test_no_file_is_long(module):
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{module} has {lines} lines: divide it"


def mirror_of(path: Path) -> Path:
    """`regcli/linear/kernels/newton.py` is tested in `tests/linear/kernels/test_kernels_newton.py`."""
    *folders, name = path.relative_to(PACKAGE).with_suffix("").parts
    return ROOT / "tests" / Path(*folders) / f"{'_'.join(['test', *folders[-1:], name])}.py"


def test_every_module_has_a_test_file_that_mirrors_it():
    missing = {module for module, path in MODULES.items() if not mirror_of(path).is_file() and not path.stem.startswith("__")}
    assert missing == set(), "each wants a test file of its own"


def test_the_command_line_starts_without_heavy_imports():
    # What typer itself brings along is the floor that no program on it gets below.
    def loaded(module: str) -> set[str]:
        code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
        return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())

    assert not (loaded("regcli.cli.main") - loaded("typer")) & HEAVY


@pytest.mark.skipif(not compiled.available, reason="scikit-learn's kernels serve where ours are not built")
@pytest.mark.parametrize(("command", "name"), [("fit", "diabetes"), ("sweep", "diabetes"), ("fit", "breast_cancer")])
def test_columns_of_numbers_are_fitted_without_heavy_imports(command, name, tmp_path):
    # Each takes longer to import than such an experiment takes to run.
    heavy = {"joblib", "pandas", "scipy.integrate", "scipy.optimize", "scipy.stats", "skops", "sklearn"}
    target = {"diabetes": "progression", "breast_cancer": "diagnosis"}[name]
    given = ["--data", str(ROOT / "data" / f"{name}.csv"), "--target", target, "--penalty", "ridge,lasso,elasticnet"]
    code = """if True:
        import sys
        from regcli.cli.main import main
        try:
            main()
        finally:
            print(*sys.modules)
    """
    words = [sys.executable, "-c", code, command, *given, "--set", "lambdas.count=5", "--runs", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "selected" in done.stderr
    assert not set(done.stdout.split()) & heavy


def test_no_picture_library_beside_the_one_chosen():
    for name in ("pyproject.toml", "requirements.lock"):
        assert "matplotlib" not in (ROOT / name).read_text(encoding="utf-8")
