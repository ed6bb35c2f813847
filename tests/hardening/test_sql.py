"""SQL is written, never put together: nothing but constants reaches what sends text to a database."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SENDS = {
    "text",
    "exec_driver_sql",
    "execute",
    "executescript",
    "executemany",
    "scalars",
    "scalar",
    "DDL",
    "literal_column",
}

# What is no constant, with the reason why it may stand there: file, then the words.
REASONED = {
    (
        "litmos/store/engine.py",
        "f'PRAGMA busy_timeout={patience * 1000:.0f}'",
    ): "a number of ours; pragmas take no parameters",
    ("litmos/store/engine.py", "conn.get_execution_options().get('begin', 'BEGIN')"): "one of two words of `State`",
    ("litmos/store/migrations/versions/v0002_changes.py", "statement"): "from the tables beside it, of constants",
    ("litmos/store/migrations/versions/v0003_pseudonyms.py", "statement"): "as above",
}


def sources() -> list[Path]:
    return [path for part in ("bot", "litmos", "mcp_server") for path in sorted((ROOT / part).rglob("*.py"))]


def _may_be_put_together(node: ast.expr) -> bool:
    """Whether it puts a string together, or is one that was put together elsewhere."""
    if isinstance(node, ast.Constant):
        return False
    # A statement of SQLAlchemy's is an object: made by its functions, or kept under a name that is not a string's.
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Call | ast.Name) and not _is_statement(node)
    )


def _is_statement(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in {"query", "booked", "open_runs"}
    root = node
    while isinstance(root, ast.Call | ast.Attribute):
        root = root.func if isinstance(root, ast.Call) else root.value
    return isinstance(root, ast.Name) and root.id in {"select", "insert", "update", "delete", "text", "query"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SENDS:
                yield node


def put_together(source: str, about: str) -> list[tuple[str, str]]:
    return [
        (about, ast.unparse(call.args[0])) for call in calls(ast.parse(source)) if _may_be_put_together(call.args[0])
    ]


def knows_a_database(tree: ast.AST) -> bool:
    """Under strict types nobody holds a connection without importing its kind."""
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    return bool({name.partition(".")[0] for name in imported} & {"alembic", "psycopg", "sqlalchemy", "sqlite3"})


def test_nothing_put_together_reaches_a_database() -> None:
    found, seen = set(), 0
    for path in sources():
        source = path.read_text(encoding="utf-8")
        if knows_a_database(ast.parse(source)):
            seen += 1
            found |= set(put_together(source, path.relative_to(ROOT).as_posix()))
    assert seen > 10
    assert found - REASONED.keys() == set()
    assert REASONED.keys() - found == set(), "a reason for something that is no longer there"


@pytest.mark.parametrize(
    "bad",
    [
        "conn.execute(text(f'SELECT * FROM link WHERE identity = {who}'))",
        "conn.exec_driver_sql('DELETE FROM link WHERE identity = ' + who)",
        "conn.execute('SELECT %s' % who)",
        "conn.execute('SELECT {}'.format(who))",
        "conn.execute(sql)",
        "text(made_up(who))",
    ],
)
def test_what_is_put_together_is_found(bad: str) -> None:
    assert put_together(bad, "x")


@pytest.mark.parametrize(
    "good",
    [
        "conn.execute(text('SELECT :who'), {'who': who})",
        "conn.execute(select(links).where(links.c.identity == who))",
        "conn.execute('SELECT pg_try_advisory_lock(%s)', (1,))",
        "conn.execute(insert(calls), rows)",
    ],
)
def test_what_is_written_is_not(good: str) -> None:
    assert not put_together(good, "x")
