"""The core knows no kind: no Python outside a kind's folder imports it or compares with its slug, no template asks which
kind it draws. Settings list the kinds; tests, plans' texts and docs name them."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from workshop.kinds import activity_kinds, question_kinds

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workshop", "polls", "breakouts", "reflection")
#: The composition root lists the apps; the demonstration is a plan; the plan's reader tells a "text" from a "list".
EXCEPT = ("workshop/config/settings.py", "workshop/config/demonstration/", "workshop/plans/text/")
FIRST_CLASS = re.compile(r"\.([\w-]+)(?=$|[\s>+~.:\[])")
BRANCH = re.compile(r"{%-?\s*(?:if|elif|ifequal|ifchanged|with|include|switch)\b(?P<test>[^%]*)%}")


def folders() -> dict[str, Path]:
    """Slug → folder of every kind that is part of the project."""
    found = {}
    for kind in (*activity_kinds, *question_kinds):
        file = Path(inspect.getfile(type(kind))).resolve()
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in PACKAGES:
            found[kind.slug] = file.parent
    return found


def files(suffix: str) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob(f"*{suffix}")):
            relative = str(path.relative_to(ROOT))
            if "/migrations/" not in relative and not relative.startswith(EXCEPT):
                yield path
    if suffix == ".html":
        yield from sorted((ROOT / "templates").rglob("*.html"))


def owner(path: Path) -> str | None:
    """The slug of the kind in whose folder the file stands."""
    inside = [(len(folder.parts), slug) for slug, folder in folders().items() if path.is_relative_to(folder)]
    return max(inside)[1] if inside else None


def modules() -> dict[str, str]:
    return {".".join(folder.relative_to(ROOT).parts): slug for slug, folder in folders().items()}


@pytest.mark.parametrize("path", list(files(".py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_python_outside_a_kind_neither_imports_it_nor_compares_with_its_slug(path: Path) -> None:
    tree, mine = ast.parse(path.read_text()), owner(path)
    kinds = modules()
    for node in ast.walk(tree):
        for name in _imported(node, path):
            for module, slug in kinds.items():
                if name == module or name.startswith(f"{module}."):
                    assert slug == mine or _inside(mine, slug), f"line {node.lineno} imports {name}"
        for text in _compared(node):
            assert text not in folders() or text == mine, f"line {node.lineno} compares with {text!r}"


@pytest.mark.parametrize("path", list(files(".html")), ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_do_not_ask_for_a_kind(path: Path) -> None:
    mine = owner(path)
    for match in BRANCH.finditer(path.read_text()):
        test = match["test"]
        for quoted in re.findall(r"""["']([^"']+)["']""", test):
            about_kind = re.search(r"\b(?:kind|slug|kind_slug)\b", test)
            assert not (about_kind and quoted in folders() and quoted != mine), test


def _inside(mine: str | None, slug: str) -> bool:
    """Whether the file's kind stands within the folder of the other one."""
    return mine is not None and folders()[mine].is_relative_to(folders()[slug])


def _imported(node: ast.AST, path: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
            base = ".".join((*package, *([node.module] if node.module else [])))
        return [base, *(f"{base}.{name.name}" for name in node.names)]
    return []


def _compared(node: ast.AST) -> Iterator[str]:
    """Texts that a slug is compared with: ``kind == "poll"``, ``slug in ("poll", …)``, ``match kind: case "poll"``."""
    if isinstance(node, ast.Compare) and any(_is_slug(side) for side in (node.left, *node.comparators)):
        for side in (node.left, *node.comparators):
            for inner in ast.walk(side):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value
    if isinstance(node, ast.Match) and _is_slug(node.subject):
        for inner in ast.walk(node):
            if isinstance(inner, ast.MatchValue) and isinstance(inner.value, ast.Constant):
                yield str(inner.value.value)
    if isinstance(node, ast.keyword) and node.arg in {"kind", "activity__kind", "question__kind"}:
        return


def _is_slug(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in {"kind", "slug", "kind_slug"} or name.endswith("_kind")


def test_the_check_finds_what_it_is_for() -> None:
    tree = ast.parse('if activity.kind == "poll": pass\nif slug in ("poll", "x"): pass\nimport polls.poll.kind\n')
    assert [text for node in ast.walk(tree) for text in _compared(node)] == ["poll", "poll", "x"]
    assert [name for node in ast.walk(tree) for name in _imported(node, ROOT / "x.py")] == ["polls.poll.kind"]
    assert BRANCH.search('{% if activity.kind == "poll" %}')


def sheets() -> dict[str, set[str]]:
    """Style sheet → the classes it gives a look of their own, of all that a phone, panel or screen may load at once."""
    kinds = {path for kind in (*activity_kinds, *question_kinds) for path in kind.styles}
    return {path: own_classes(path) for path in sorted(kinds | {"live/panel/panel.css"})}


def own_classes(path: str) -> set[str]:
    """The classes that stand alone at the beginning of a rule (``.wall li``, not ``.scene .wall``)."""
    found = finders.find(path)
    assert isinstance(found, str), path
    text = re.sub(r"/\*.*?\*/", "", Path(found).read_text(), flags=re.DOTALL)
    rules = [rule for rule in re.findall(r"([^{}]+)\{", text) if not rule.strip().startswith("@")]
    return {match[1] for rule in rules for one in rule.split(",") if (match := FIRST_CLASS.match(one.strip()))}


def test_no_class_is_given_a_look_by_two_kinds() -> None:
    shared = [path for path in sheets() if path.startswith("questions/")]
    core = set[str]().union(*map(own_classes, ["live/css/plenary.css", *shared]))
    named: dict[str, list[str]] = {}
    for path, classes in sheets().items():
        for name in classes - core:
            named.setdefault(name, []).append(path)
    assert {name: paths for name, paths in named.items() if len(paths) > 1} == {}
