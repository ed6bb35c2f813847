"""What the live API once answered, parsed by the calls that would have asked for it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from litmos.api.call import Call, Reply
from litmos.api.courses import get_course, modules_of
from litmos.api.replies import refusal
from litmos.api.teams import get_team, members_of
from litmos.api.users import get_user, search_users
from litmos.errors import Conflict
from litmos.model import AccessLevel, Course, Module, Person, Team

FOLDER = Path(__file__).parent.parent / "recordings"
LAST_PAGE = {"stuart.hirst@pieshop.net", "stuart.kelvin@pieshop.net"}


def exchanges(name: str) -> list[dict[str, Any]]:
    recorded: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return recorded


def reply(exchange: dict[str, Any]) -> Reply:
    response = exchange["response"]
    return Reply(response["status"], response["headers"].get("Content-Type", ""), response["body"].encode())


def parsed(call: Call[Any], exchange: dict[str, Any]) -> Any:
    return call.parse(reply(exchange))


def test_every_recording_is_read_by_a_test_here() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == {
        "conflict-409",
        "course-modules-user-and-module-result",
        "get-user",
        "search-users",
        "search-users-none",
        "team-users",
        "users-paged",
    }


def test_a_conflict_says_why() -> None:
    (exchange,) = exchanges("conflict-409")
    error = refusal(get_user("x"), reply(exchange), perhaps_done=False)
    assert type(error) is Conflict
    assert "UserName already exists" in str(error)


def test_a_course_its_modules_and_a_user() -> None:
    course, modules, no_more, user, module_result = exchanges("course-modules-user-and-module-result")
    assert parsed(get_course("RuzXNaD42Sw1"), course) == Course("RuzXNaD42Sw1", "Test Why bother", "TST001")
    assert parsed(modules_of("RuzXNaD42Sw1"), modules) == (Module("0jnDHEIbXQo1", "Test"),)
    assert parsed(modules_of("RuzXNaD42Sw1"), no_more) == ()
    assert parsed(get_user("CCzIpPA8OWo1"), user) == Person(
        id="CCzIpPA8OWo1",
        user_name="casey.learner@pieshop.net",
        first_name="Charlie",
        last_name="Learner",
        email="casey.learner@pieshop.net",
        active=True,
        access_level=AccessLevel.ACCOUNT_OWNER,
        full_name="Casey Learner",
        last_login=datetime(2017, 6, 19, 15, 48, 28, tzinfo=UTC),
        created=datetime(2016, 12, 5, 17, 39, 15, tzinfo=UTC),
        time_zone="GMT Standard Time",
    )
    assert refusal(get_user("x"), reply(module_result), perhaps_done=False) is None


def test_a_user_without_login_link_or_password() -> None:
    (exchange,) = exchanges("get-user")
    person = parsed(get_user("rnjx2WaQOEY1"), exchange)
    assert (person.name, person.access_level) == ("Janine Butcher", AccessLevel.LEARNER)
    assert person.last_login == datetime(2016, 12, 9, 7, 54, 27, tzinfo=UTC)
    assert "loginkey" not in repr(person).lower()
    assert "loginkey" not in repr(reply(exchange)).lower()


def test_a_search_that_finds_one_and_one_that_finds_nobody() -> None:
    (found,), (none,) = exchanges("search-users"), exchanges("search-users-none")
    (person,) = parsed(search_users("charlie.smith@pieshop.net"), found)
    assert (person.id, person.name, person.active) == ("CCzIpPA13Wo1", "Charlie Smith", True)
    assert parsed(search_users("beelzebub@pieshop.net"), none) == ()


def test_a_team_and_its_members() -> None:
    team, members, no_more = exchanges("team-users")
    assert parsed(get_team("JyLa085jwVs1"), team) == Team("JyLa015jwVs1", "Max Chandler")
    assert [person.name for person in parsed(members_of("t"), members)] == [
        "Caroline Ross",
        "Chris Williams",
        "Max Chandler",
    ]
    assert [person.id for person in parsed(members_of("t"), members)][1] == "fS3A7u1I1-41"
    assert parsed(members_of("t"), no_more) == ()


async def test_pages_are_put_together_and_people_on_two_of_them_count_once(connect: Any) -> None:
    recorded = [reply(exchange) for exchange in exchanges("users-paged")]
    full = json.dumps([{"Id": f"filler-{number}", "UserName": f"filler{number}"} for number in range(998)]).encode()
    asked: list[int] = []

    def serve(request: httpx.Request) -> httpx.Response:
        # The recorder shortened the pages; filled up to the size asked for, they are what the client saw.
        asked.append(int(request.url.params["start"]))
        page = recorded[len(asked) - 1]
        body = (
            page.body if page.body == b"[]" else page.body[:-1] + b"," + full.replace(b"filler", b"x" * len(asked))[1:]
        )
        return httpx.Response(page.status, content=body, headers={"content-type": page.content_type})

    async with connect(httpx.MockTransport(serve)) as api:
        people = await api.send(search_users())
    assert asked == [0, 1000, 2000, 3000, 4000, 5000]
    assert len(people) == len({person.id for person in people}) == 4 * 2 + 5 * 998
    assert {person.email for person in people if person.email} >= LAST_PAGE


@pytest.mark.parametrize("most", [1, 3])
async def test_reading_stops_once_there_are_enough(most: int, connect: Any) -> None:
    recorded = reply(exchanges("users-paged")[0])
    requests: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, content=recorded.body, headers={"content-type": recorded.content_type})

    async with connect(httpx.MockTransport(serve)) as api:
        people = await api.send(search_users(most=most))
    assert len(people) == min(most, 2)
    assert [request.url.params["limit"] for request in requests] == [str(most)]
