"""The borders between the rooms: who says `Proved`, who imports whom, what no file does.

Read off the source text, so that a file nobody imports is held to them as well.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import derive

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(derive.__file__).parent
FILES = [f for f in sorted(SOURCE.rglob("*.py")) if "packaged_proofs" not in f.parts]
KERNEL_BUDGET = 4500  # physical lines, docstrings included; raise it only with a reason

# What each room may import of the project.  A dotted entry admits that module alone.
ROOMS = {
    "errors": [],
    "language": ["errors"],
    "translation": ["errors"],
    "recheck": [],
    "kernel": ["errors", "language", "recheck"],
    "numeric": ["errors", "language"],
    "reader": ["errors", "language"],
    "tactics": ["errors", "language", "kernel", "numeric"],
    "derivation": ["errors", "language", "kernel.verdict", "numeric.evidence"],
    "memory": ["language", "kernel.verdict", "kernel.stored", "numeric.evidence"],
    "results": ["derivation", "kernel.verdict", "numeric.evidence"],
    "keys": ["errors", "derivation"],
    "checking": [
        "errors", "language", "kernel.verdict", "kernel.check", "numeric", "tactics", "reader",
        "derivation", "results", "keys", "workers", "memory",
    ],
    "workers": [],
    "processes": ["workers"],
    "documents": ["errors"],
    "solution": [
        "errors", "language", "kernel.verdict", "kernel.check", "kernel.laws", "kernel.limits",
        "numeric.evidence",
        "tactics.decide",
        "reader", "documents", "derivation", "results", "keys", "checking",
        "memory",
    ],
    "report": [
        "errors", "language", "kernel.verdict", "numeric", "derivation", "results", "keys",
        "translation",
    ],
    "grading": [
        "errors", "language", "kernel.verdict", "numeric", "derivation", "results", "keys",
        "checking", "reader", "report", "solution", "processes", "translation", "workers", "memory",
    ],
    "jsonlines": ["errors"],
    "equality": [
        "errors", "language", "kernel", "numeric", "reader", "tactics.decide", "results", "report",
        "jsonlines", "processes",
    ],
    "commands": [
        "errors", "language", "kernel.certified", "recheck", "results", "report", "equality",
        "jsonlines", "processes", "workers", "translation", "grading",
    ],
    "cli": [
        "errors", "language", "derivation", "results", "keys", "checking", "report", "grading",
        "reader", "workers", "solution", "commands", "translation",
    ],
    "locale": ["cli", "commands", "translation"],
    "__main__": ["cli"],
    "__init__": ["errors", "equality.library", "kernel.verdict"],
}  # fmt: skip

KERNEL_LIBRARIES = {"flint"}

# Modules that call each other in turn; the import inside a function breaks the circle.
RECURSIVE = {
    "the derivative of an integral is an integral of derivatives":
        ("derive.kernel.calculus", "derive.kernel.integrals"),
    "roots of exponentials are exponentials, and exponentials of logarithms are roots":
        ("derive.equality.exponents", "derive.equality.roots"),
    "a basis of exponents belongs to an algebra and is made of its quotients":
        ("derive.kernel.algebra", "derive.kernel.independence"),
    "a formula in a formula: the operators read their arguments by the rule for all terms":
        tuple(
            f"derive.reader.{m}"
            for m in (
                "averages", "bare", "calculus", "components", "conditionals", "definitions",
                "derivatives", "elaborate", "expectations", "laws", "lost", "norms", "operators",
                "probability", "ranges", "scan", "sums",
            )
        ),
    "a formula in a formula: the grammar of sums and of arguments is that of formulas":
        ("derive.reader.constructs", "derive.reader.grammar", "derive.reader.large"),
}  # fmt: skip

# Handlers of every error that do not raise it again themselves, and why.
CAUGHT = {
    "derive.checking": "a proof script is its author's code: what it raises is told with its line",
    "derive.cli": "a defect of derive is told as one, with an exit code of its own",
    "derive.workers": "an error in another process is carried to the first one and raised there",
    "derive.processes.serving": "an error in another process costs its request, and is told",
}

# Serialised data is read in one place: what a fork of this process has sent it.
SERIALISED = {"derive.workers"}

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "parse_latex"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill"}


def _name(path: Path) -> str:
    return ".".join(["derive", *path.relative_to(SOURCE).with_suffix("").parts])


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _in_type_checking(tree: ast.Module) -> set[ast.AST]:
    """The nodes under `if TYPE_CHECKING:`, which never run."""
    blocks = [
        n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)
    ]
    return {inner for block in blocks for inner in ast.walk(block)}


def _imports(path: Path, *, running: bool) -> Iterator[str]:
    """The modules that a file imports, those inside functions included."""
    tree = _tree(path)
    idle = _in_type_checking(tree) if running else set()
    for node in ast.walk(tree):
        if node in idle:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


MODULES = {_name(path).removesuffix(".__init__") for path in FILES}


def _calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last part of the name of what is called; patterns are not calls."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield node, name


PATHS = pytest.mark.parametrize("path", FILES, ids=_name)


@PATHS
def test_only_the_kernel_makes_verdicts(path: Path) -> None:
    if path.parent.name == "kernel":
        return
    made = [(c.lineno, n) for c, n in _calls(path) if n in ("Proved", "Refuted")]
    assert not made, "a verdict must come from derive.kernel.check"


@PATHS
def test_no_file_gives_the_makers_of_verdicts_another_name(path: Path) -> None:
    """`P = Proved` and `import Proved as P` would slip through the test above."""
    tree = _tree(path)
    aliases = [a for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]
    assert not [a for a in aliases if a.name in ("Proved", "Refuted") and a.asname]
    values = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign)]
    assert not [v for v in values if isinstance(v, ast.Name) and v.id in ("Proved", "Refuted")]


def test_inside_the_kernel_three_files_make_verdicts() -> None:
    makers = {
        path.name
        for path in (SOURCE / "kernel").glob("*.py")
        for _, name in _calls(path)
        if name in ("Proved", "Refuted")
    }
    # The kernel itself, `derive.recheck`, and what another process of a run was told by it.
    assert makers == {"check.py", "certified.py", "stored.py"}


@PATHS
def test_imports_run_downwards(path: Path) -> None:
    room = _room(_name(path))
    allowed = [f"derive.{room}", *(f"derive.{r}" for r in ROOMS[room])]
    found = [m for m in _imports(path, running=False) if m == "derive" or m.startswith("derive.")]
    found = [m for m in found if not (m == "derive" and room == "cli")]  # its version
    wrong = [m for m in found if not any(m == a or m.startswith(a + ".") for a in allowed)]
    assert not wrong, f"{room} must not import these"


@pytest.mark.parametrize(
    "path", [f for f in FILES if f.parent.name == "kernel"], ids=lambda p: p.stem
)
def test_the_kernel_trusts_flint_and_the_standard_library_alone(path: Path) -> None:
    roots = {m.split(".")[0] for m in _imports(path, running=False)}
    assert roots <= {"derive", *KERNEL_LIBRARIES, *sys.stdlib_module_names}


def test_there_are_no_circles_of_imports() -> None:
    graph = {
        _name(path).removesuffix(".__init__"): {
            m for m in _imports(path, running=True) if m in MODULES
        }
        for path in FILES
    }
    reach = {m: _reachable(graph, m) for m in graph}
    circles = {frozenset(m for m in reach[a] if a in reach[m]) for a in graph if a in reach[a]}
    known = [frozenset(modules) for modules in RECURSIVE.values()]
    assert not [sorted(circle) for circle in circles if not any(circle <= k for k in known)]


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    pending = [start]
    while pending:
        for module in graph.get(pending.pop(), set()) - seen:
            seen.add(module)
            pending.append(module)
    return seen


@PATHS
def test_no_text_is_run(path: Path) -> None:
    """Text is parsed by the project's own grammar and never evaluated.

    A method of one of these names (an evaluator's `eval`) is no builtin; `re.compile` neither.
    """
    for call, name in _calls(path):
        builtin = isinstance(call.func, ast.Name) and name in FORBIDDEN_CALLS
        assert not builtin, f"line {call.lineno}: {name}"
        assert name not in ("sympify", "parse_expr", "parse_latex"), f"line {call.lineno}: {name}"
    roots = {m.split(".")[0] for m in _imports(path, running=False)}
    assert roots.isdisjoint(FORBIDDEN_MODULES) or _name(path) in SERIALISED


@PATHS
def test_no_handler_swallows_every_error(path: Path) -> None:
    """An internal failure must crash: it is neither `unresolved` nor `not equal`."""
    broad = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node):
            reraises = any(isinstance(n, ast.Raise) for n in node.body)
            if not reraises:
                broad.append(node.lineno)
    assert len(broad) <= (_name(path) in CAUGHT), broad


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
        for kind in kinds
    )


@PATHS
def test_the_engine_does_not_know_the_homework(path: Path) -> None:
    """Names of problems may be examples in docstrings, never strings that are used."""
    tree = _tree(path)
    docstrings = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
        and n.body and isinstance(n.body[0], ast.Expr)
    }  # fmt: skip
    texts = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docstrings
    ]
    if _room(_name(path)) == "cli":  # examples in what `--help` prints
        texts = [text for text in texts if "\n" not in text]
    assert not [text for text in texts if "hw3" in text or "homework" in text.lower()]


def test_the_kernel_stays_small_enough_to_read() -> None:
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in (SOURCE / "kernel").glob("*.py")
    )
    assert lines <= KERNEL_BUDGET, f"{lines} lines: the kernel is what everybody has to believe"
