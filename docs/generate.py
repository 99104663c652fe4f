"""Write what can be derived from the program: `make docs`.

`schema.json` is what `regcli schema` prints, `config.md` puts it into words, `cli-reference.md` holds the help of every command,
and the session and the commands in the README come from running them. A test says when one of them is out of date.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main
from typer.testing import CliRunner

from regcli.cli.main import app
from regcli.config import json_schema
from regcli.report.checklist import page as checklist
from regcli.report.glossary import page as glossary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
NOTE = "<!-- written by `make docs` -->"
JsonSchema = dict[str, Any]

INTRODUCTION = """\
YAML 1.2: `1e-3` is a number, `no` is text, a repeated key is an error. Unknown keys are errors too. All mistakes are reported at
once, with line and column. Paths are relative to the file. `schema.json` makes editors complete and check the keys; `configs/`
shows them at work."""

# The session in the README: what is typed.
SESSION = ("regcli fit configs/diabetes.yaml", "regcli ls")
# A run's name holds the time and random digits: every session shows the same ones.
RUN_NAME = re.compile(r"\d{8}T\d{6}Z-diabetes-[0-9a-f]{6}")
EXAMPLE_RUN = "20261121T091500Z-diabetes-3f9a1c"
EXAMPLE_TIME = "2026-11-21 09:15:00"


def schema_page() -> str:
    """`regcli schema`."""
    return help_of("schema")


def cli_page() -> str:
    """The help of every command."""
    parts = ["# Commands", NOTE, _code(help_of("--help"))]
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        parts += [f"## regcli {name}", _code(help_of(name, "--help"))]
        # a group of commands is followed by its own
        for inner in getattr(command, "commands", ()):
            parts += [f"### regcli {name} {inner}", _code(help_of(name, inner, "--help"))]
    return "\n\n".join(parts) + "\n"


def glossary_page() -> str:
    """Every term, metric, statistic and mark that tables use."""
    introduction = (
        "What the tables say, word by word. `regcli compare --explain NAME` and `regcli show --explain NAME` print one of them;\n"
        "dotted names of numbers are known too."
    )
    return f"# Glossary\n\n{NOTE}\n\n{introduction}\n\n{glossary()}\n"


def checks_page() -> str:
    """Every row of the ship checklist."""
    introduction = (
        "`regcli check RUN` goes through these rows, and `fit` and `sweep` tell in one line how they end. A row *fails* where\n"
        "shipping should stop (exit code 1), and is *to be looked at* where somebody should know. Its numbers stand in\n"
        "`metrics.json` under `check` and can be gated by the names below, `check.NAME.level` of every row too (0: it holds,\n"
        "does not apply or is muted; 1: to be looked at; 2: it fails). `check: {mute: [CODE]}` in the configuration, or\n"
        "`--mute CODE`, leaves a row out; codes are never given to another row. Looks at a holdout (`holdouts.jsonl`, beside\n"
        "the runs) and baselines are those of the moment."
    )
    return f"# The ship checklist\n\n{NOTE}\n\n{introduction}\n\n{checklist()}\n"


def commands() -> dict[str, str]:
    """Every command that works, and the first sentence of its help."""
    group: Any = typer.main.get_command(app)
    return {name: command.help.split("\n\n")[0].replace("\n", " ").strip() for name, command in group.commands.items()}


def help_of(*arguments: str) -> str:
    """What a command prints, as wide as most terminals are at least."""
    return CliRunner().invoke(app, arguments, prog_name="regcli", env={"COLUMNS": "80"}).stdout.rstrip() + "\n"


def config_page() -> str:
    """Every key of the configuration with its type, its default and its meaning."""
    schema = json_schema()
    blocks = _blocks("", schema, schema["$defs"])
    # Several kinds of data share a block.
    return "\n\n".join(["# The configuration file", NOTE, INTRODUCTION, *dict.fromkeys(blocks)]) + "\n"


def _blocks(key: str, block: JsonSchema, definitions: JsonSchema, kind: str = "") -> Iterator[str]:
    """The block's heading and a table of its keys, then the blocks within it."""
    heading = f"{'##' if '.' not in key else '###'} `{key}`{kind}\n\n{block['description']}\n\n" if key else ""
    yield heading + "\n".join(["| key | allowed | default | meaning |", "|---|---|---|---|", *_rows(block, definitions)])
    for name, value in block["properties"].items():
        inner = list(_objects(value, definitions))
        for part in inner:
            # The forms of one key are told apart by their kind.
            of_kind = f", kind {part['properties']['kind']['const']}" if len(inner) > 1 else ""
            yield from _blocks(f"{key}.{name}".lstrip("."), part, definitions, of_kind)


def _rows(block: JsonSchema, definitions: JsonSchema) -> Iterator[str]:
    required = block.get("required", ())
    for name, value in block["properties"].items():
        is_block = any(True for _ in _objects(value, definitions))
        if name in required:
            default = "required"
        elif is_block and value.get("default") is not None:
            default = "see below"
        else:
            default = f"`{json.dumps(value['default'])}`" if "default" in value else ""
        cells = (f"`{name}`", allowed(value, definitions), default, value.get("description", ""))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _objects(value: JsonSchema, definitions: JsonSchema) -> Iterator[JsonSchema]:
    """The blocks of keys that a value may consist of, short forms and lists of blocks looked through."""
    if "$ref" in value:
        yield from _objects(definitions[value["$ref"].rsplit("/", 1)[1]], definitions)
    elif "properties" in value:
        yield value
    else:
        known: list[JsonSchema] = []
        for option in [*value.get("anyOf", ()), *value.get("oneOf", ()), *([value["items"]] if "items" in value else [])]:
            known += [part for part in _objects(option, definitions) if part not in known]
        yield from known


def allowed(value: JsonSchema, definitions: JsonSchema) -> str:
    """The values a schema allows, in words."""
    if "$ref" in value:
        return allowed(definitions[value["$ref"].rsplit("/", 1)[1]], definitions)
    if "const" in value or "enum" in value:
        return ", ".join(f"`{json.dumps(item).strip(chr(34))}`" for item in value.get("enum", [value.get("const")]))
    for union in ("anyOf", "oneOf"):
        if union in value:
            return " or ".join(dict.fromkeys(allowed(option, definitions) for option in value[union]))
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return " or ".join(_of_type(kind, value, definitions) for kind in kinds)


def _of_type(kind: str, value: JsonSchema, definitions: JsonSchema) -> str:
    if kind == "array" and "prefixItems" in value:
        return "list of " + ", ".join(allowed(item, definitions) for item in value["prefixItems"])
    if kind == "array":
        return f"list of: {allowed(value['items'], definitions)}"
    if kind == "object":
        return "a block" if "properties" in value else f"mapping of name to {allowed(value['additionalProperties'], definitions)}"
    words = {"string": "text", "boolean": "`true`, `false`", "null": "`null`", "number": "number", "integer": "whole number"}
    return words[kind] + _range(value)


def _range(value: JsonSchema) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    return "".join(f" {sign} {value[key]}" for key, sign in signs.items() if key in value)


def readme() -> str:
    """The README with its session and its table of commands renewed."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(f"| `regcli {name}` | {sentence} |" for name, sentence in commands().items())
    text = _between(text, "session", f"```console\n{session()}```")
    return _between(text, "commands", f"| command | what it does |\n|---|---|\n{table}")


def session() -> str:
    """The commands of the session and what they print."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("configs", "data"):
            shutil.copytree(ROOT / name, work / name)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        env = {key: value for key, value in os.environ.items() if not key.startswith("REGCLI")} | {"PATH": path, "COLUMNS": "120"}
        shown = []
        for command in SESSION:
            done = subprocess.run(  # noqa: S603 - the commands above
                command.split(), cwd=work, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(f"{command} ended with {done.returncode}: {done.stdout}")
            shown.append(f"$ {command}\n{done.stdout}")
    lines = RUN_NAME.sub(EXAMPLE_RUN, "\n".join(shown)).splitlines()
    return "\n".join(re.sub(r"\d{4}-\d\d-\d\d.\d\d:\d\d(:\d\d)?", EXAMPLE_TIME, line).rstrip() for line in lines) + "\n"


def _between(text: str, name: str, content: str) -> str:
    """Replace what stands between the two marks of a name."""
    begin, end = f"<!-- {name}: written by `make docs` -->\n", f"<!-- end of {name} -->"
    before, rest = text.split(begin)
    return before + begin + content + "\n" + end + rest.split(end)[1]


def _code(text: str) -> str:
    return f"```\n{text}```"


PAGES: dict[str, Callable[[], str]] = {
    "docs/schema.json": schema_page,
    "docs/config.md": config_page,
    "docs/cli-reference.md": cli_page,
    "docs/glossary.md": glossary_page,
    "docs/checks.md": checks_page,
    "README.md": readme,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
