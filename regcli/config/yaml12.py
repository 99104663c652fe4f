"""YAML 1.2 through PyYAML: the core schema's scalars, refused duplicate keys, and a position for everything.

PyYAML resolves scalars by the rules of YAML 1.1, where ``no`` is false, ``1e-3`` is text, ``010`` is eight and ``1:30`` is
ninety. Its scanner, parser and composer are used as they are; the scalars are resolved and built here.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from regcli.config.tree import Finding, Node, Place, Scalar

_TAG = "tag:yaml.org,2002:"
_NULL, _BOOL, _INT, _FLOAT, _STR = (_TAG + name for name in ("null", "bool", "int", "float", "str"))
_MAP, _SEQ = _TAG + "map", _TAG + "seq"

# YAML 1.2.2, section 10.3.2 "Tag resolution" of the core schema; the letters are those a match can begin with.
_CORE = {
    _NULL: (re.compile(r"(?:null|Null|NULL|~|)\Z"), ["n", "N", "~", ""]),
    _BOOL: (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    _INT: (re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"), list("-+0123456789")),
    _FLOAT: (
        re.compile(r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"),
        list("-+.0123456789"),
    ),
}

# A file of a few lines can name billions of values through aliases of aliases.
_MOST_VALUES = 100_000

# What PyYAML says, and what a person would say.
_PLAIN_WORDS = (
    ("found character '\\t'", "a tab; YAML is indented with spaces"),
    ("cannot start any token", "this character cannot begin a value; put the text in quotes"),
    ("mapping values are not allowed", "a ':' is not allowed here; check the indentation, or put the text in quotes"),
    ("could not find expected ':'", "a key without ':' behind it"),
    ("found unexpected end of stream", "a quote that is never closed"),
    ("expected ',' or '}'", "a '{' that is never closed, or a ',' that is missing"),
    ("expected ',' or ']'", "a '[' that is never closed, or a ',' that is missing"),
    ("did not find expected <document start>", "the text does not belong to what stands above; check indentation and quotes"),
    ("but found another document", "a second document begins here ('---'); a configuration is one document"),
    ("expected <block end>", "the indentation does not fit the lines above"),
    ("found undefined alias", "an alias ('*name') without an anchor ('&name') before it"),
    ("found duplicate anchor", "an anchor ('&name') that stands twice"),
)


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


class _Dumper(yaml.SafeDumper):
    """Quotes every text that YAML 1.1 or YAML 1.2 might take for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002
        return True

    def text(self, text: str) -> yaml.ScalarNode:
        # PyYAML writes YAML 1.1's line breaks as they are into single quotes, and reads them back as spaces.
        style = '"' if any(line_break in text for line_break in "\x85\u2028\u2029") else None
        return self.represent_scalar(_STR, text, style)


_Dumper.add_representer(str, _Dumper.text)
for _tag, (_pattern, _letters) in _CORE.items():
    _Loader.add_implicit_resolver(_tag, _pattern, _letters)
    _Dumper.add_implicit_resolver(_tag, _pattern, _letters)


def dump(data: dict[str, Any]) -> str:
    """Plain data as YAML, keys in their order, the innermost lists and mappings on one line."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)


def flow(value: Any) -> str:  # noqa: ANN401
    """Plain data as YAML on one line."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=True, width=float("inf"))
    return str(text).removesuffix("...\n").strip()


def parse(text: str, source: str | Place) -> tuple[Node | None, list[Finding]]:
    """Read one YAML document.

    Parameters
    ----------
    text : str
    source : str or Place
        What the text is called in messages. A place is where everything stands: a value from the command line has no lines worth
        naming.

    Returns
    -------
    Node or None
        None where the text is empty, or so wrong that nothing can be read.
    list of Finding
    """
    reader = _Reader(source)
    return reader.read(text), reader.findings


class _Reader:
    """Composes one document and turns PyYAML's nodes into ours, noting mistakes on the way."""

    def __init__(self, source: str | Place) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.count = 0

    def read(self, text: str) -> Node | None:
        try:
            loader = _Loader(text)
            root = loader.get_single_node()
            return None if root is None else self._node(root, (), frozenset())
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            place = self._place(before.count("\n"), len(before) - before.rfind("\n") - 1)
            code = ord(text[error.position])
            self._wrong(place, f"the character U+{code:04X} is not allowed in YAML; save the file as plain UTF-8 text")
        except yaml.MarkedYAMLError as error:
            self._syntax_error(error)
        except RecursionError:
            self._wrong(self._place(0, 0), "nested too deeply to be read")
        return None

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        said = error.problem or ""
        plain = next((words for theirs, words in _PLAIN_WORDS if theirs in said), said)
        mark = error.problem_mark or error.context_mark
        text = f"not valid YAML: {plain}"
        if error.context_mark and mark and isinstance(self.source, str) and error.context_mark.line != mark.line:
            text += f" (in what begins at line {error.context_mark.line + 1})"
        self._wrong(self._place(mark.line, mark.column) if mark else self._place(0, 0), text)

    def _place(self, line: int, column: int) -> Place:
        return self.source if isinstance(self.source, Place) else Place(self.source, line + 1, column + 1)

    def _wrong(self, place: Place, text: str, path: tuple[str, ...] = ()) -> None:
        self.findings.append(Finding(place, ".".join(path), text))

    def _node(self, node: yaml.Node, path: tuple[str, ...], above: frozenset[int]) -> Node:
        place = self._place(node.start_mark.line, node.start_mark.column)
        self.count += 1
        if self.count == _MOST_VALUES:
            self._wrong(place, f"more than {_MOST_VALUES:,} values; aliases of aliases multiply", path)
        if id(node) in above or self.count >= _MOST_VALUES:
            if id(node) in above:
                self._wrong(place, "an alias that contains itself", path)
            return Node(None, place)
        inside = above | {id(node)}
        if isinstance(node, yaml.MappingNode) and node.tag == _MAP:
            return Node(self._mapping(node, path, inside), place)
        if isinstance(node, yaml.SequenceNode) and node.tag == _SEQ:
            return Node([self._node(child, (*path, str(i)), inside) for i, child in enumerate(node.value)], place)
        if isinstance(node, yaml.ScalarNode) and node.tag in {_STR, *_CORE}:
            return Node(self._scalar(node, place, path), place, node.value)
        tag = node.tag.replace(_TAG, "!!")
        self._wrong(place, f"the tag {tag} is not known here; leave it out", path)
        return Node(None, place)

    def _mapping(self, node: yaml.MappingNode, path: tuple[str, ...], inside: frozenset[int]) -> dict[str, Node]:
        children: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key_place = self._place(key_node.start_mark.line, key_node.start_mark.column)
            if not isinstance(key_node, yaml.ScalarNode):
                self._wrong(key_place, "a key must be a plain word, not a list or a mapping", path)
                continue
            key = key_node.value
            child = self._node(value_node, (*path, key), inside)
            child.key_place = key_place
            if key in children:
                first = children[key].key_place
                where = f", first at line {first.line}" if first and first.line else ""
                self._wrong(key_place, f"the key stands twice{where}; keep one of them", (*path, key))
            else:
                children[key] = child
        return children

    def _scalar(self, node: yaml.ScalarNode, place: Place, path: tuple[str, ...]) -> Scalar:
        tag, text = node.tag, str(node.value)
        if tag == _STR:
            return text
        if not _CORE[tag][0].match(text):  # an explicit tag, such as !!int abc
            self._wrong(place, f"{text!r} is not of type {tag.removeprefix(_TAG)}; leave the tag out", path)
            return None
        if tag == _NULL:
            return None
        if tag == _BOOL:
            return text.lower() == "true"
        if tag == _FLOAT:
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        try:
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        except ValueError:  # Python refuses thousands of digits
            self._wrong(place, "a number with too many digits", path)
            return None
