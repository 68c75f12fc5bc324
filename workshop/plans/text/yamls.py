"""YAML as a plan may use it: plain values only, with the line of every key.

Numbers, words and lists as in YAML 1.2, so that ``[Yes, No]`` and ``10:30`` stay words. No tags, no anchors, no
aliases, no dates, no duplicate keys, nothing endless: what is refused names its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.kinds import Json
from workshop.plans.text.errors import PlanUnreadable
from workshop.plans.text.tidy import clean

MAX_CHARACTERS: Final = 100_000
MAX_NODES: Final = 10_000
MAX_DEPTH: Final = 12
MAX_WHOLE: Final = 2**53
_MOST_DIGITS: Final = 20
#: Where a value stands: keys of mappings and numbers of lists.
Path = tuple[str | int, ...]


_NO_ANCHORS: Final = gettext_lazy("Anchors and aliases (& and *) are not allowed in a plan.")
_NO_TAGS: Final = gettext_lazy("Tags (!) are not allowed in a plan.")
#: Words in PyYAML's message → what to tell the author.
_PROBLEMS: Final = (
    ("alias", _NO_ANCHORS),
    ("anchor", _NO_ANCHORS),
    (" tag", _NO_TAGS),
    (
        "mapping values are not allowed",
        gettext_lazy("A colon is in the way here: put a text that contains “: ” in quotes."),
    ),
    (
        "cannot start any token",
        gettext_lazy("A word here begins with a character that means something in YAML: put the text in quotes."),
    ),
    ("could not find expected ':'", gettext_lazy("A colon is missing after the name on this line.")),
    ("quoted scalar", gettext_lazy("A quotation mark is never closed, or text stands behind it.")),
)


class _Loader(yaml.SafeLoader):
    """Resolves few scalars; every pattern is a part of PyYAML's own, so its dumper quotes whatever looks like one."""

    yaml_implicit_resolvers: Any = {}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


class Body:
    """A read YAML mapping.

    Args:
        text: the YAML.
        first: line of the file on which it begins, counted from 1.
    """

    def __init__(self, text: str, first: int) -> None:
        self.first = first
        self._lines: dict[Path, int] = {(): first}
        if len(text) > MAX_CHARACTERS:
            raise PlanUnreadable(_("This block is too long."), first)
        try:
            self._check(text)
            node = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            raise PlanUnreadable(_explained(error), first + _place(error)) from None
        except yaml.reader.ReaderError:
            raise PlanUnreadable(_("This block holds a character that YAML does not allow."), first) from None
        if node is not None and not isinstance(node, yaml.MappingNode):
            raise PlanUnreadable(_("Write this block as lines of “name: value”."), self._at(node))
        self.values: dict[str, Json] = self._mapping(node, ()) if node is not None else {}

    def line(self, path: Path) -> int:
        """The line of the value at ``path``, or of the nearest thing around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def __contains__(self, path: object) -> bool:
        return path in self._lines

    def depth(self, path: Path) -> int:
        """How many steps of ``path`` the text has."""
        while path not in self._lines:
            path = path[:-1]
        return len(path)

    def _at(self, node: yaml.Node) -> int:
        return self.first + (node.start_mark.line if node.start_mark else 0)

    def _check(self, text: str) -> None:
        """Refuse by the flat stream of events what would be dangerous to build."""
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
            line = self.first + (event.start_mark.line if event.start_mark else 0)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if getattr(event, "anchor", None):
                raise PlanUnreadable(_NO_ANCHORS, line)
            if getattr(event, "tag", None):
                raise PlanUnreadable(_NO_TAGS, line)
            if depth > MAX_DEPTH:
                raise PlanUnreadable(_("This block is nested too deeply."), line)
            if count > MAX_NODES:
                raise PlanUnreadable(_("This block holds too many values."), line)
            if isinstance(event, yaml.DocumentStartEvent) and event.explicit:
                raise PlanUnreadable(_("“---” is not allowed inside a block."), line)

    def _value(self, node: yaml.Node, path: Path) -> Json:
        self._lines.setdefault(path, self._at(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Json]:
        values: dict[str, Json] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise PlanUnreadable(_("A name must be a single word or number."), self._at(key_node))
            key = str(key_node.value)
            if key in values:
                raise PlanUnreadable(_("“%(name)s” is given twice.") % {"name": key[:60]}, self._at(key_node))
            self._lines[(*path, key)] = self._at(key_node)
            values[key] = self._value(value_node, (*path, key))
        return values

    def _scalar(self, node: yaml.Node) -> Json:
        text = str(node.value)
        match str(node.tag).rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if len(text) > _MOST_DIGITS or abs(int(text)) > MAX_WHOLE:
                raise PlanUnreadable(_("The number %(number)s is too big.") % {"number": text[:30]}, self._at(node))
            case "int":
                return int(text)
            case "float":
                return self._float(text, self._at(node))
            case _:
                return text

    def _float(self, text: str, line: int) -> float:
        if text.lstrip("-+").startswith(".") or not math.isfinite(float(text)):
            raise PlanUnreadable(_("%(number)s is not a number that a plan can hold.") % {"number": text[:30]}, line)
        return float(text)


def _place(error: yaml.MarkedYAMLError) -> int:
    """The line of a fault, counted from 0: where a bracket or a quotation opens that never ends, else where reading stopped.

    PyYAML stops at the end of the block for the former, which is far from what is to be mended.
    """
    unclosed = (error.context or "").startswith(("while parsing a flow", "while scanning a quoted"))
    marks = (error.context_mark, error.problem_mark) if unclosed else (error.problem_mark, error.context_mark)
    return next((int(mark.line) for mark in marks if mark), 0)


def _explained(error: yaml.MarkedYAMLError) -> str:
    """A sentence for what PyYAML says, which is meant for programmers."""
    said = f"{error.context or ''} {error.problem or ''}"
    for words, message in _PROBLEMS:
        if words in said:
            return str(message)
    return _("This line is not valid YAML: check indentation, colons and quotation marks.")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if text != clean(text) or text != text.strip() or (len(text) > 1 and not text.isprintable() and "\n" not in text):
        style = '"'
    elif "\n" in text:
        style = "|" if text.replace("\n", "").isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write_yaml(values: Mapping[str, Json]) -> str:
    """``values`` as YAML that ``Body`` reads back."""
    text: str = yaml.dump(
        dict(values), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**30, default_flow_style=False
    )
    return text
