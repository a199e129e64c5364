"""The bars for the code, measured: prints the figures and fails with a list of what is over them."""

import ast
import graphlib
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools import syntax
from tools.decisions import DECISIONS
from tools.syntax import ROOT, Module

PACKAGE = ROOT / "outreach"
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
MEDIAN_VIEW = 12
MOCKS_PER_TEST = 0.1

WEB = ("flask", "flask_", "werkzeug", "wtforms")
STORE = ("sqlalchemy", "alembic", "psycopg")
OUTSIDE = ("flask_mail", "apscheduler", "procrastinate")
EDGES = frozenset({"views", "forms", "pages", "commands", "jobs"})
KEEPERS = frozenset({"models", "actions", "queries"})
BOTH = {
    "outreach/accounts/guard.py": "stands before every view and reads the session",
}
"""The modules of rooms that know the web and the store at once, though no edge, and why."""

ONLY_IN = {
    "flask_mail": {"outreach/app.py", "outreach/delivery/mailer.py"},
    "apscheduler": {"outreach/clock.py"},
    "procrastinate": {"outreach/engine.py"},
    "config": {"outreach/app.py", "outreach/cli.py", "outreach/upgrading.py"},
}
ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route"})
COMMITS = re.compile(r"(\.|^)(commit|transaction)$")
MOCK = re.compile(
    r"(^|\.)(Mock|MagicMock|AsyncMock|create_autospec|patch(\.\w+)?)$|^monkeypatch\.(set|del)(attr|item)$"
)
INLINE = re.compile(r"""\s(?:style|on[a-z]{3,})\s*=\s*["'{]|<(?:style|script)(?![^>]*(?:nonce=|src=))[^>]*>""")
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/|--(?:extra-)?index-url\b[ =]\S*//|"
    r"//[\w.-]*(?:pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian)"
)


def is_a(module: Module, names: Iterable[str]) -> bool:
    """True for `models.py` and `import_models.py` when `models` is among the names."""
    return any(module.path.stem == name or module.path.stem.endswith(f"_{name}") for name in names)


def is_pure(module: Module) -> bool:
    """True for a module of a room that knows neither web nor store."""
    reaches = [*imports_any(module, (*WEB, *STORE, *OUTSIDE)), *imports_any(module, ["outreach.database"])]
    return _is_in_a_room(module) and module.path.stem != "__init__" and not reaches


def imports_any(module: Module, roots: Iterable[str]) -> Iterator[str]:
    """Where a module imports one of these."""
    found = {
        f"{module.name}:{line}: imports {root}"
        for name, line in syntax.imports(module.tree)
        for root in roots
        if name == root or name.startswith((f"{root}.", root if root.endswith("_") else f"{root}."))
    }
    return iter(sorted(found))


def too_long(modules: Iterable[Module]) -> Iterator[str]:
    """Modules and functions over their length."""
    for module in modules:
        if module.lines > LONGEST_MODULE:
            yield f"{module.name}: {module.lines} lines, at most {LONGEST_MODULE}"
        for function in syntax.functions(module.tree):
            if (lines := syntax.length(function)) > LONGEST_FUNCTION:
                yield f"{module.name}:{function.lineno}: {function.name} has {lines} lines, at most {LONGEST_FUNCTION}"


def local_imports(modules: Iterable[Module]) -> Iterator[str]:
    """Imports that are not at the top."""
    for module in modules:
        yield from (f"{module.name}:{line}: an import inside a function" for line in syntax.local_imports(module.tree))


def impure(modules: Iterable[Module]) -> Iterator[str]:
    """Decisions that know the web or the store; keepers that know the web; who knows both, and is no edge."""
    for module in modules:
        web, store = [*imports_any(module, (*WEB, *OUTSIDE))], [*imports_any(module, STORE)]
        if module.name in DECISIONS:
            yield from (f"{place}, which a decision may not" for place in web + store)
        elif is_a(module, KEEPERS):
            yield from (f"{place}, which only edges may" for place in web)
        elif _is_in_a_room(module) and not is_a(module, EDGES) and module.name not in BOTH and web and store:
            yield f"{web[0]} and sqlalchemy: only edges know both (tools/bars.py names the exceptions)"


def misplaced(modules: Iterable[Module]) -> Iterator[str]:
    """What one module alone may import, elsewhere."""
    for module in modules:
        for root, homes in ONLY_IN.items():
            if module.name not in homes and not (root == "config" and module.name.startswith("outreach/demo")):
                yield from (
                    f"{place}, which only {', '.join(sorted(homes))} may" for place in imports_any(module, [root])
                )


def _is_in_a_room(module: Module) -> bool:
    return module.path.parent.parent == PACKAGE


def environment(modules: Iterable[Module]) -> Iterator[str]:
    """Readers of the environment other than config.py."""
    for module in modules:
        names = [*syntax.attributes(module.tree), *syntax.imports(module.tree)]
        for name, line in names:
            if name in {"os.environ", "os.getenv", "os.environb"}:
                yield f"{module.name}:{line}: reads the environment, which only config.py may"


def commits(modules: Iterable[Module]) -> Iterator[str]:
    """Actions and queries that end or begin a transaction."""
    for module in modules:
        if is_a(module, ["actions", "queries"]):
            for name, call in syntax.calls(module.tree):
                if COMMITS.search(name):
                    yield f"{module.name}:{call.lineno}: calls {name}, which only edges may"


def querying_views(modules: Iterable[Module]) -> Iterator[str]:
    """Views that ask the database themselves."""
    for module in modules:
        if is_a(module, ["views"]):
            yield from (f"{place}: a view asks its queries" for place in imports_any(module, STORE))
            for name, line in syntax.attributes(module.tree):
                if name == "db.session":
                    yield f"{module.name}:{line}: uses db.session: a view asks its queries"


def backrefs(modules: Iterable[Module]) -> Iterator[str]:
    """Relationships that reach back up."""
    for module in modules:
        for name, call in syntax.calls(module.tree):
            if name.endswith("relationship") and any(one.arg == "backref" for one in call.keywords):
                yield f"{module.name}:{call.lineno}: relationship(backref=…)"


def cycles(modules: Iterable[Module]) -> Iterator[str]:
    """Modules that import each other, at whatever distance."""
    known = {module.name.removesuffix(".py").replace("/", "."): module for module in modules}
    graph = {
        name: {part for full, _line in syntax.imports(module.tree) for part in (full, full.rpartition(".")[0])}
        & (known.keys() - {name})
        for name, module in known.items()
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        yield f"these import each other: {' -> '.join(error.args[1])}"


def views(modules: Iterable[Module]) -> list[int]:
    """The length of the body of every view."""
    return [
        syntax.body_length(function)
        for module in modules
        if is_a(module, ["views"])
        for function in syntax.functions(module.tree)
        if any(
            isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ROUTES
            for one in function.decorator_list
        )
    ]


def tests_and_mocks(modules: Iterable[Module]) -> tuple[int, int]:
    """How many tests there are, and how many things they fake."""
    tests = mocks = 0
    for module in modules:
        tests += sum(function.name.startswith("test_") for function in syntax.functions(module.tree))
        mocks += sum(bool(MOCK.search(name)) for name, _call in syntax.calls(module.tree))
    return tests, mocks


def inline(templates: Iterable[Path]) -> Iterator[str]:
    """Styles, scripts and handlers written into pages; messages are excepted, mail programs want them there."""
    for path in templates:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := INLINE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: inline: {found[0].strip()}"


def pages() -> list[Path]:
    """The templates of pages, style sheets excepted."""
    folder = PACKAGE / "templates"
    return sorted(path for path in folder.rglob("*.html") if "emails" not in path.relative_to(folder).parts)


def tracked() -> list[Path]:
    """Every file that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def machine_names(paths: Iterable[Path]) -> Iterator[str]:
    """Paths of somebody's machine and addresses of package indexes."""
    for path in paths:
        text = path.read_bytes()
        if b"\0" in text[:4096]:
            continue
        for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
            if found := MACHINE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: names a machine or an index: {found[0]}"


def measure() -> tuple[list[str], list[str]]:
    """The figures, and what is over the bars."""
    house, tests = syntax.modules(PACKAGE), syntax.modules(ROOT / "tests")
    checks = (too_long, local_imports, impure, misplaced, environment, commits, querying_views, backrefs, cycles)
    wrong = [sentence for check in checks for sentence in check(house)]
    wrong += [f"{name} is named a decision and is not there" for name in DECISIONS - {one.name for one in house}]
    wrong += [*inline(pages()), *machine_names(tracked())]
    bodies = views(house) or [0]
    if (median := statistics.median(bodies)) > MEDIAN_VIEW:
        wrong.append(f"the median view has {median:g} lines, at most {MEDIAN_VIEW}")
    number, mocks = tests_and_mocks(tests)
    if mocks > MOCKS_PER_TEST * number:
        wrong.append(f"{mocks} mocks for {number} tests, at most {MOCKS_PER_TEST} each")
    functions = [syntax.length(one) for module in house for one in syntax.functions(module.tree)] or [0]
    figures = [
        f"{len(house)} modules, the longest of {max(one.lines for one in house)} lines (bar {LONGEST_MODULE})",
        f"{len(functions)} functions, the longest of {max(functions)} lines (bar {LONGEST_FUNCTION})",
        f"{len(bodies)} views, median body of {median:g} lines (bar {MEDIAN_VIEW})",
        f"{sum(map(is_pure, house))} modules know neither web nor store, among them {len(DECISIONS)} named decisions",
        f"{number} tests, {mocks} mocks (bar {MOCKS_PER_TEST} each)",
    ]
    return figures, wrong


def main() -> int:
    """Print the figures; fail with a list."""
    figures, wrong = measure()
    print("\n".join(f"  {figure}" for figure in figures))
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
