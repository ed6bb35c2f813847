"""What is logged, where, and what never is."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from litmos.log import configure, logger, redacted

SECRET = "hunter2-SECRET"


class Line:
    """What `configure` has written so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def last(self) -> dict[str, Any]:
        return self.all()[-1]


@pytest.fixture
def lines() -> Iterator[Line]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    lines = Line()
    configure(logging.DEBUG, lines.stream)
    yield lines
    root.handlers[:] = before
    root.setLevel(level)


def outputs(script: str) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout, done.stderr


def test_an_event_is_one_json_line_with_its_keys(lines: Line) -> None:
    keys = {"status": 200, "ms": 12.5, "ok": True, "note": None}
    logger("litmos.api").info("litmos.call", **keys)
    line = lines.last()
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "logger": "litmos.api", "event": "litmos.call", **keys}


def test_libraries_write_json_lines_too_but_the_talkative_only_warnings(lines: Line) -> None:
    logging.getLogger("other").info("%s of %s", 1, 2, extra={"key": 3})
    for name in ("httpx", "httpcore.http11", "httpx2", "alembic.runtime", "dbos", "sqlalchemy.engine"):
        logging.getLogger(name).info("GET https://api.litmos.com/v1.svc/users?search=ada")
    assert [(line["event"], line["key"]) for line in lines.all()] == [("1 of 2", 3)]
    logging.getLogger("httpx").warning("slow")
    assert lines.last()["event"] == "slow"


def test_what_is_bound_to_a_task_is_on_every_line_in_it(lines: Line) -> None:
    log = logger("litmos.desk")
    with structlog.contextvars.bound_contextvars(actor="7", request="r1"):
        log.info("ours", request="r2")
        logging.getLogger("other").info("theirs")
    log.bind(more=1).info("after")
    ours, theirs, after = lines.all()
    assert (ours["actor"], ours["request"]) == ("7", "r2")
    assert (theirs["actor"], theirs["request"]) == ("7", "r1")
    assert "actor" not in after and after["more"] == 1


def test_keys_that_logging_keeps_for_itself_are_no_trouble(lines: Line) -> None:
    logger("litmos").info("called", name="x", module="m-1", args=(1,), message="m", msg="s")
    line = lines.last()
    assert (line["name_"], line["module_"], line["args_"], line["message_"], line["msg_"]) == (
        "x",
        "m-1",
        [1],
        "m",
        "s",
    )
    assert line["event"] == "called"


def test_an_extra_cannot_pose_as_another_event(lines: Line) -> None:
    logging.getLogger("other").info("true", extra={"event": "false", "level": "critical", "at": 0, "logger": "x"})
    line = lines.last()
    assert (line["event"], line["level"], line["logger"]) == ("true", "info", "other")


def test_an_exception_is_told_without_the_locals_around_it(lines: Line) -> None:
    def fail(hidden: str) -> None:
        raise ValueError(f"GET /users?apikey={SECRET} of ada@example.com")

    try:
        fail("local-" * 3)  # not as its source line has it
    except ValueError:
        logger("litmos").exception("litmos.failed")
    line = lines.last()
    assert line["level"] == "error"
    assert "ValueError: GET /users?apikey=*** of <email>" in line["exception"]
    assert "local-local" not in lines.stream.getvalue()


def test_an_exception_that_is_none_adds_nothing(lines: Line) -> None:
    logger("litmos").warning("calm", exc_info=True)
    assert "exception" not in lines.last()


def test_a_stack_is_told_when_asked_for(lines: Line) -> None:
    logging.getLogger("other").info("here", stack_info=True)
    assert "test_a_stack_is_told_when_asked_for" in lines.last()["stack"]


def test_below_the_level_nothing_is_written(lines: Line) -> None:
    configure("WARNING", lines.stream)
    logger("litmos").info("quiet")
    assert lines.all() == []


def test_configuring_again_does_not_write_twice(lines: Line) -> None:
    configure(stream=lines.stream)
    logger("litmos").info("once")
    assert len(lines.all()) == 1


# In a program of its own

SPEAK = "from litmos.log import logger, configure; import logging, sys; log = logger('litmos.x')\n"


def test_a_library_user_who_configures_nothing_hears_nothing() -> None:
    assert outputs(SPEAK + "log.error('failed'); log.info('done')") == ("", "")


def test_a_library_users_own_logging_sees_the_keys() -> None:
    script = "logging.basicConfig(level='INFO', format='%(name)s %(message)s %(status)s'); log.info('call', status=200)"
    assert outputs(SPEAK + script) == ("", "litmos.x call 200\n")


def test_an_entry_point_writes_on_stderr_and_nothing_on_stdout() -> None:
    out, err = outputs(SPEAK + "configure(); log.info('call', token='x')\nlogging.getLogger('y').warning('z')")
    assert out == ""
    assert [(line["event"], line.get("token")) for line in map(json.loads, err.splitlines())] == [
        ("call", "***"),
        ("z", None),
    ]


def test_structlog_is_imported_only_when_something_is_logged() -> None:
    """It is on the stdio server's way to its start."""
    script = "configure(); logging.getLogger('y').warning('z')\nprint('structlog' in sys.modules); log.info('now')"
    assert outputs(SPEAK + script + "\nprint('structlog' in sys.modules)")[0] == "False\nTrue\n"


# Redaction

SECRET_KEYS = (
    "apikey", "api_key", "API-Key", "LITMOS_API_KEY", "token", "slack_bot_token", "secret", "password", "Passwd",
    "Authorization", "Set-Cookie", "LoginKey", "login_key", "signature",
)  # fmt: skip
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abc \u00fc:/", max_size=5)
)
keys = st.text("abdfghijmnquvxz", min_size=1, max_size=6)


def nest(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`inside` in one more list, tuple or mapping, with something beside it."""
    return st.one_of(
        st.tuples(plain, inside, plain),
        st.lists(inside, min_size=1, max_size=2),
        st.builds(lambda key, value, other: {key: value, "z": other}, keys, inside, plain),
    )


secrets = st.one_of(
    st.builds(
        lambda key, value: {key: value},
        st.sampled_from(SECRET_KEYS),
        st.sampled_from([SECRET, [SECRET], {"a": SECRET}]),
    ),
    st.builds(lambda key: [(key, SECRET)], st.sampled_from(SECRET_KEYS)),
    st.builds(lambda key: [(key.lower().encode(), SECRET.encode())], st.sampled_from(SECRET_KEYS)),
    st.sampled_from(
        [
            f"https://x/y?apikey={SECRET}&limit=1", f"loginkey={SECRET}", f"LoginKey: {SECRET}", f"apikey%3D{SECRET}",
            f'{{"ApiKey": "{SECRET}"}}', f"{{'token': '{SECRET}'}}", f'{{\\"secret\\": \\"{SECRET}\\"}}',
            f"<LoginKey>{SECRET}</LoginKey>", f"Authorization: Bearer {SECRET}",
            f"Cookie: a=b; c={SECRET}", f'"password": "a {SECRET}"', f"token=bearer {SECRET}",
            f"postgresql://ada:{SECRET}@localhost/db",
            f"password = {SECRET}", f"{SECRET}@example.com", f"?search={SECRET}%40example.com", f"{SECRET}%2540x.com",
            f"o'{SECRET}%2Bx%40example.com",
        ]
    ),
)  # fmt: skip


@pytest.mark.parser
@given(value=st.recursive(secrets, nest, max_leaves=4))
def test_no_secret_is_left_at_any_depth(value: Any) -> None:
    clean = redacted(value)
    assert SECRET not in json.dumps(clean)
    assert redacted(clean) == clean


@given(value=st.recursive(plain, nest, max_leaves=8))
def test_what_is_no_secret_is_left_as_it_is(value: Any) -> None:
    assert json.dumps(redacted(value)) == json.dumps(value)


@pytest.mark.parser
@given(
    local=st.text("abcxyz0189._+-", min_size=1, max_size=20),
    host=st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,4}){0,2}", fullmatch=True),
)
def test_no_address_is_left(local: str, host: str) -> None:
    for sign in ("@", "%40", "%2540"):
        assert redacted(f"to {local}{sign}{host}, now") == "to <email>, now"


def test_values_of_other_kinds_are_told_as_text() -> None:
    assert redacted([float("nan"), float("inf"), {1: {2}}, ValueError("apikey=x")]) == [
        "nan",
        "inf",
        {"1": [2]},
        "apikey=***",
    ]


def test_a_circle_comes_to_an_end_and_hides_what_is_beyond() -> None:
    circle: list[Any] = ["x"]
    circle.append(circle)
    assert json.dumps(redacted({"x": [circle]})).endswith('"..."' + "]" * 29 + "}")


def test_a_long_text_takes_no_long_time() -> None:
    assert len(redacted("a" * 200_000)) == 200_000
