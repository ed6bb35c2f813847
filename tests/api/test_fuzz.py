"""Whatever Litmos answers, nothing but the error tree comes out; and what the demo writes, both formats read alike."""

import json
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from litmos.api import records
from litmos.api.assignments import course_results, courses_of, courses_of_many, learning_paths_of, reset
from litmos.api.call import Call, Reply
from litmos.api.client import Client
from litmos.api.courses import get_course, modules_of, users_of
from litmos.api.replies import refusal, seconds_to_wait
from litmos.api.teams import search_teams
from litmos.api.users import get_user, search_users
from litmos.errors import LitmosError

CALLS: dict[str, Call[Any]] = {
    call.operation: call
    for call in (
        courses_of("u"),
        learning_paths_of("u"),
        courses_of_many(["u"]).calls[0],
        course_results("u", "c"),
        search_users("u"),
        get_user("u"),
        get_course("c"),
        modules_of("c"),
        users_of("c"),
        search_teams("t"),
        reset("u", "c"),
    )
}
RECORDS = [getattr(records, name) for name in records.__all__]


def _names(field: FieldInfo) -> set[str]:
    alias = field.validation_alias
    return {str(name) for name in alias.choices} if isinstance(alias, AliasChoices) else {str(alias or field.alias)}


FIELDS = sorted(
    {name for record in RECORDS for field in record.model_fields.values() for name in _names(field)}
    | {"Id", "Name", "Detail", "Message"}
)
TAGS = ("Course", "Courses", "User", "Users", "LearningPath", "LearningPaths", "Module", "Modules", "Team", "Teams")

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["true", "false", "", "/Date(1)/", "/Date(99999999999999)/", "2020-01-01T00:00:00", "NaN", "1e999"]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=25,
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> Element:
    element = Element(draw(st.sampled_from(TAGS + tuple(FIELDS))))
    letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    element.text = draw(st.none() | st.text(letters, max_size=10))
    if depth < 4:
        for child in draw(st.lists(elements(depth=depth + 1), max_size=4)):
            element.append(child)
    return element


def failures(call: Call[Any], reply: Reply) -> list[Exception]:
    """What an answer is taken for, and what reading it ends with; of a value, nothing."""
    error = refusal(call, reply, perhaps_done=False)
    found: list[Exception] = [] if error is None else [error]
    client = object.__new__(Client)  # reading an answer needs nothing of an open client
    try:
        client._understood(call, reply)
    except Exception as failed:  # noqa: BLE001 - it is what is judged
        found.append(failed)
    return found


@pytest.mark.parser
@given(name=st.sampled_from(sorted(CALLS)), value=anything, status=st.sampled_from([200, 201, 400, 404, 409, 500, 503]))
def test_any_json_gives_a_value_or_an_error_of_the_tree(name: str, value: Any, status: int) -> None:
    reply = Reply(status, "application/json", json.dumps(value).encode())
    assert all(isinstance(one, LitmosError) for one in failures(CALLS[name], reply))


@pytest.mark.parser
@given(name=st.sampled_from(sorted(CALLS)), root=elements(), status=st.sampled_from([200, 400, 503]))
def test_any_xml_gives_a_value_or_an_error_of_the_tree(name: str, root: Element, status: int) -> None:
    reply = Reply(status, "application/xml", tostring(root, encoding="utf-8"))
    assert all(isinstance(one, LitmosError) for one in failures(CALLS[name], reply))


@pytest.mark.parser
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(["", "application/json", "application/xml", "text/html", "text/plain"]),
    name=st.sampled_from(sorted(CALLS)),
)
def test_any_bytes_give_a_value_or_an_error_of_the_tree(body: bytes, kind: str, name: str) -> None:
    assert all(isinstance(one, LitmosError) for one in failures(CALLS[name], Reply(200, kind, body)))


@pytest.mark.parser
@given(said=st.text(max_size=40), date=st.text(max_size=40) | st.just("Mon, 23 Nov 2026 10:00:00 GMT"))
def test_any_retry_after_is_seconds_or_nothing(said: str, date: str) -> None:
    wait = seconds_to_wait({"retry-after": said, "date": date})
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("7", 7.0),
        ("Mon, 23 Nov 2026 10:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, wait: float | None) -> None:
    assert seconds_to_wait({"retry-after": said, "date": "Mon, 23 Nov 2026 10:00:00 GMT"}) == wait


@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff")),
        max_size=5,
    )
)
def test_both_formats_say_the_same(names: list[str]) -> None:
    root = Element("Courses")
    for number, name in enumerate(names):
        course = SubElement(root, "Course")
        SubElement(course, "Id").text = str(number)
        SubElement(course, "Name").text = name
    escaped = [{"Id": n, "Name": name.replace("&", "&amp;").replace("<", "&lt;")} for n, name in enumerate(names)]
    from_xml = courses_of("u").parse(Reply(200, "application/xml", tostring(root, encoding="utf-8")))
    from_json = courses_of("u").parse(Reply(200, "application/json", json.dumps(escaped).encode()))
    assert from_xml == from_json
    assert [course.name for course in from_xml] == names
