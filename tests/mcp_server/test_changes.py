"""Changes over MCP: asked of the person on both protocol eras, never granted by the model."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
import stamina
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent
from pydantic import SecretStr

from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit, Entry
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.wiring import InProcess
from mcp_server.app import Confirmation
from mcp_server.server import create_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA, NOOR, LENA = "hUOuZAzHx4L1", "lNNtZx3cK8n1", "RZdsvDQuc8d1"
FIRE, FIRST_AID, PITCH = "fBQ3pTcKjTw1", "od6tHqlqMfj1", "zFVqmgIfOhu1"
PATH = "UctolfTclkW1"

ERAS = ("auto", "legacy")


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once."""
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


class Person:
    """Whoever sits at the assistant: is asked, remembers it, and answers."""

    def __init__(self, action: str = "accept", **content: Any) -> None:
        self.action, self.content = action, content or {"confirm": True}
        self.asked: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params.message)
        self.meanwhile()
        return ElicitResult.model_validate({"action": self.action, "content": self._content()})

    def _content(self) -> dict[str, Any] | None:
        return self.content if self.action == "accept" else None


class House:
    """A demo Litmos with a state, and assistants on it."""

    def __init__(self, state: State) -> None:
        self.clock = MovableClock(NOW)
        self.sandbox = Sandbox(demo_world(NOW), clock=self.clock, limit=0)
        self.seconds = lambda: self.clock().timestamp()
        self.audit = Audit(state, clock=self.seconds)
        self.books = Books(
            self.audit,
            Proposals(state, clock=self.seconds),
            Links(state, clock=self.seconds),
            Aliases(state),
            Follows(state),
            Nudges(state, clock=self.seconds),
        )
        self.operator = ""
        self.read_only = False

    async def nap(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        key = KeyAuth(SecretStr(DEMO_KEY))
        transport = InProcess(app=self.sandbox.app)
        async with httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=transport) as http:
            settings = DeskSettings("the demo Litmos", read_only=self.read_only)
            api = Api(http, key, source="tests")
            yield Desk(api, settings, self.books, now=self.clock, clock=self.seconds, sleep=self.nap)

    def assistant(self, era: str, person: Person | None, confirmation: Confirmation = "ask") -> Client:
        server = create_server(self.desk, operator=self.operator, confirmation=confirmation, read_only=self.read_only)
        return Client(server, mode=era, elicitation_callback=person)

    def writes(self) -> list[str]:
        """What was asked of Litmos besides reading."""
        return [
            f"{one.method} {one.path}"
            for one in self.sandbox.requests
            if one.method != "GET" and not one.path.endswith("users/courses")
        ]

    def is_on(self, person: str, course: str) -> bool:
        return course in self.sandbox.world.courses_of(person)

    async def entries(self) -> list[Entry]:
        return await self.audit.search()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield House(state)
    state.close()


def words(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def data(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, words(result)
    content: dict[str, Any] | None = result.structured_content
    assert content is not None
    return content


FIRE_FOR_NOOR = {"people": ["Noor Rahman"], "training": ["FIRE-01"]}


@pytest.mark.parametrize("era", ERAS)
async def test_a_yes_is_asked_for_and_then_it_is_done_and_recorded(house: House, era: str) -> None:
    person = Person()
    async with house.assistant(era, person) as client:
        result = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert result["status"] == "done"
    assert house.is_on(NOOR, FIRE)
    [question] = person.asked
    assert (
        "“Noor Rahman” (noor.rahman@example.com), “Fire & Safety” (FIRE-01): not assigned -> will be assigned"
        in question
    )
    assert [(entry.event, entry.run) for entry in await house.entries()] == [("started", None), ("done", 1)]
    assert (await house.entries())[0].body["asked_by"] == "elicitation"
    assert result["receipt"] == 1


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    "person", [Person("decline"), Person("cancel"), Person(confirm=False)], ids=["decline", "cancel", "no"]
)
async def test_anything_but_a_yes_changes_nothing(house: House, era: str, person: Person) -> None:
    async with house.assistant(era, person) as client:
        result = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert result == {"status": "declined", "summary": "Nothing was changed: the answer was no."}
    assert (house.writes(), await house.entries()) == ([], [])


@pytest.mark.parametrize("era", ERAS)
async def test_a_second_submit_asks_nothing_and_does_nothing(house: House, era: str) -> None:
    person = Person()
    async with house.assistant(era, person) as client:
        await client.call_tool("assign", FIRE_FOR_NOOR)
        again = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert again["status"] == "nothing to do"
    assert [line["result"] for line in again["lines"]] == ["already so"]
    assert (len(person.asked), len(house.writes()), len(await house.entries())) == (1, 1, 2)


@pytest.mark.parametrize("era", ERAS)
async def test_a_world_that_moves_while_somebody_decides_stops_the_change(house: House, era: str) -> None:
    person = Person()
    person.meanwhile = partial(house.sandbox.world.assign_course, NOOR, FIRE, at=NOW)
    request = {"people": [NOOR, ADA], "training": ["FIRE-01", "FLT-01"]}
    async with house.assistant(era, person) as client:
        result = await client.call_tool("assign", request)
    assert result.is_error
    assert "Nothing was done: what would change is no longer what was approved" in words(result)
    assert (house.writes(), await house.entries()) == ([], [])


@pytest.mark.parametrize("era", ERAS)
async def test_what_was_done_by_somebody_else_meanwhile_is_already_so(house: House, era: str) -> None:
    person = Person()
    person.meanwhile = partial(house.sandbox.world.assign_course, NOOR, FIRE, at=NOW)
    async with house.assistant(era, person) as client:
        result = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert result["status"] == "nothing to do"
    assert house.writes() == []


async def test_a_replayed_answer_executes_nothing(house: House) -> None:
    person = Person()
    async with house.assistant("auto", person) as client:
        asked: Any = await client.session.call_tool("assign", FIRE_FOR_NOOR, allow_input_required=True)
        yes: Any = {key: ElicitResult(action="accept", content={"confirm": True}) for key in asked.input_requests}
        answered = {"input_responses": yes, "request_state": asked.request_state}
        first = await client.session.call_tool("assign", FIRE_FOR_NOOR, **answered)
        house.sandbox.world.remove_course(NOOR, FIRE)  # even then: somebody has taken it away again since
        second: Any = await client.session.call_tool("assign", FIRE_FOR_NOOR, **answered)
    assert data(first)["status"] == "done"
    assert [entry.event for entry in await house.entries()] == ["started", "done", "refused"]
    assert second.is_error and "this answer has been used already" in words(second)
    assert not house.is_on(NOOR, FIRE)


async def test_the_same_question_may_be_answered_again_another_time(house: House) -> None:
    async with house.assistant("auto", Person()) as client:
        first = data(await client.call_tool("assign", FIRE_FOR_NOOR))
        house.sandbox.world.remove_course(NOOR, FIRE)
        second = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert (first["status"], second["status"]) == ("done", "done")


async def test_an_answer_without_its_question_is_asked_again(house: House) -> None:
    async with house.assistant("auto", Person()) as client:
        asked: Any = await client.session.call_tool("assign", FIRE_FOR_NOOR, allow_input_required=True)
        yes: Any = {key: ElicitResult(action="accept", content={"confirm": True}) for key in asked.input_requests}
        forged: Any = await client.session.call_tool(
            "assign", FIRE_FOR_NOOR, input_responses=yes, allow_input_required=True
        )
    assert forged.input_requests.keys() == yes.keys()
    assert house.writes() == []


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_that_cannot_ask_gets_a_key_and_no_change(house: House, era: str) -> None:
    async with house.assistant(era, None) as client:
        result = await client.call_tool("assign", FIRE_FOR_NOOR)
    proposal = data(result)["proposal"]
    assert data(result)["status"] == "waiting for approval"
    assert f"litmos approve {proposal['key']}" in words(result)
    assert "not assigned -> will be assigned" in words(result)
    assert house.writes() == []
    async with house.desk() as desk:
        outcome = await desk.approve(await desk.operator("cli", ""), proposal["key"], by="terminal")
    assert house.is_on(NOOR, FIRE)
    assert outcome.receipt == 1


@pytest.mark.parametrize("era", ERAS)
async def test_person_keeps_a_proposal_whatever_the_client_would_say(house: House, era: str) -> None:
    person = Person()
    async with house.assistant(era, person, "person") as client:
        result = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert result["status"] == "waiting for approval"
    assert (person.asked, house.writes()) == ([], [])


@pytest.mark.parametrize("era", ERAS)
async def test_client_counts_as_a_yes_but_never_as_a_typed_word(house: House, era: str) -> None:
    async with house.assistant(era, None, "client") as client:
        small = data(await client.call_tool("assign", FIRE_FOR_NOOR))
        many = [one for one in house.sandbox.world.people if not house.is_on(one, PITCH)][:27]
        large = data(await client.call_tool("assign", {"people": many, "training": ["SELL-01"]}))
    assert small["status"] == "done"
    assert (await house.entries())[0].body["asked_by"] == "client"
    assert large["status"] == "waiting for approval"
    assert len(house.writes()) == 1


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("typed", "done"), [("ASSIGN", True), ("yes", False), ("", False)])
async def test_many_people_take_the_typed_word(house: House, era: str, typed: str, done: bool) -> None:
    many = [one.id for one in house.sandbox.world.people.values() if one.active and not house.is_on(one.id, PITCH)][:27]
    assert len(many) == 27
    person = Person(word=typed)
    async with house.assistant(era, person) as client:
        result = await client.call_tool("assign", {"people": many, "training": ["SELL-01"], "notify": False})
    assert "To go on, type ASSIGN." in person.asked[0]
    assert result.is_error is not done
    assert len(house.writes()) == (27 if done else 0)
    assert all(house.is_on(one, PITCH) for one in many) is done


@pytest.mark.parametrize("era", ERAS)
async def test_more_than_ten_pairs_tell_how_they_go(house: House, era: str) -> None:
    seen: list[tuple[float, float | None, str | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    many = [one for one in house.sandbox.world.people if not house.is_on(one, PITCH)][:12]
    async with house.assistant(era, Person()) as client:
        await client.call_tool("assign", {"people": many, "training": ["SELL-01"]}, progress_callback=listen)
    values = [value for value, _, _ in seen]
    assert values == sorted(set(values))
    assert seen[-1][1] == len([one for one in many if house.sandbox.world.people[one].active])


@pytest.mark.parametrize("era", ERAS)
async def test_failures_come_first_and_say_why(house: House, era: str) -> None:
    request = {"people": [NOOR, "ivan.petrov@example.com", ADA], "training": ["FIRE-01"]}
    async with house.assistant(era, Person()) as client:
        result = data(await client.call_tool("assign", request))
    assert [(line["person"], line["result"]) for line in result["lines"]] == [
        ("Ivan Petrov", "not tried"),
        ("Noor Rahman", "done"),
        ("Ada Marsh", "already so"),
    ]
    assert result["lines"][0]["why"] == "refused: this person is inactive"


@pytest.mark.parametrize("era", ERAS)
async def test_reset_says_what_is_lost_and_keeps_a_copy(house: House, era: str) -> None:
    person = Person()
    async with house.assistant(era, person) as client:
        result = data(await client.call_tool("reset", {"people": [ADA], "courses": ["FA-01"]}))
        undone = await client.call_tool("undo", {})
    assert "lost: 3 completed modules, the score 82 and the completion of" in person.asked[0]
    assert "A reset cannot be undone." in person.asked[0]
    assert result["status"] == "done"
    assert "undo_until" not in result
    assert undone.is_error
    [copy] = (await house.entries())[0].body["before"]
    assert [module["score"] for module in copy["modules"]] == [None, None, 82]


@pytest.mark.parametrize("era", ERAS)
async def test_undo_takes_back_exactly_what_was_done(house: House, era: str) -> None:
    person = Person()
    async with house.assistant(era, person) as client:
        await client.call_tool("assign", {"people": [NOOR, ADA], "training": ["FIRE-01"]})
        undone = data(await client.call_tool("undo", {"receipt": 1}))
    assert undone["status"] == "done"
    assert (house.is_on(NOOR, FIRE), house.is_on(ADA, FIRE)) == (False, True)
    assert len(person.asked) == 2


async def test_unassign_takes_people_off_courses_and_paths(house: House) -> None:
    async with house.assistant("auto", Person()) as client:
        result = data(await client.call_tool("unassign", {"people": [ADA], "training": ["FIRE-01", "New Starter"]}))
    assert result["status"] == "done"
    assert not house.is_on(ADA, FIRE)
    assert PATH not in house.sandbox.world.paths_of(ADA)


@pytest.mark.parametrize("tool", ["assign", "unassign", "reset", "undo"])
async def test_no_argument_lets_a_model_approve(house: House, tool: str) -> None:
    async with house.assistant("auto", None) as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}
        arguments = (
            {"people": [NOOR], "courses" if tool == "reset" else "training": ["FIRE-01"]} if tool != "undo" else {}
        )
        result = await client.call_tool(tool, arguments | {"confirm": True})
    assert set(tools[tool].input_schema["properties"]) <= {"people", "training", "courses", "notify", "receipt"}
    assert result.is_error
    assert "there is no argument 'confirm'" in words(result)


async def test_a_learner_changes_nothing_and_a_leader_only_their_team(house: House) -> None:
    house.operator = ADA
    async with house.assistant("auto", Person()) as client:
        learner = await client.call_tool("assign", FIRE_FOR_NOOR)
    house.operator = LENA
    async with house.assistant("auto", Person()) as client:
        leader = await client.call_tool("assign", FIRE_FOR_NOOR)
        other = await client.call_tool("assign", {"people": ["Tomás Núñez"], "training": ["FIRE-01"]})
        nobody = await client.call_tool("assign", {"people": ["Tomás Nobody"], "training": ["FIRE-01"]})
    assert learner.is_error and "As a learner you may not assign here." in words(learner)
    assert data(leader)["status"] == "done"
    assert words(other).replace("Tomás Núñez", "X") == words(nobody).replace("Tomás Nobody", "X")
    assert [entry.event for entry in await house.entries()] == ["refused", "started", "done"]


async def test_read_only_lists_no_tool_that_changes_something(house: House) -> None:
    house.read_only = True
    async with house.assistant("auto", Person()) as client:
        tools = (await client.list_tools()).tools
    assert tools
    assert all(tool.annotations is not None and tool.annotations.read_only_hint for tool in tools)


async def test_the_tools_say_what_they_do_to_litmos(house: House) -> None:
    async with house.assistant("auto", Person()) as client:
        tools = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
    assert {name: (hints.read_only_hint, hints.destructive_hint) for name, hints in tools.items() if hints} == {
        "whoami": (True, None),
        "find_people": (True, None),
        "find_training": (True, None),
        "get_user_courses": (True, None),
        "get_user_learning_paths": (True, None),
        "get_module_results": (True, None),
        "assign": (None, False),
        "unassign": (None, True),
        "reset": (None, True),
        "undo": (None, True),
        "get_group_progress": (True, None),
        "get_job": (True, None),
        "cancel_job": (None, False),
    }


@pytest.fixture
async def program(house: House, tmp_path: Path) -> AsyncIterator[StdioServerParameters]:
    """`litmos-mcp` as a process of its own, on the demo Litmos of this one."""
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COV")}  # noqa: TID251 - for the child
    async with running(house.sandbox.app) as address:
        settings = {
            "LITMOS_BASE_URL": address,
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_STATE_URL": f"sqlite:///{tmp_path / 'state.sqlite'}",
        }
        command = str(Path(sys.executable).with_name("litmos-mcp"))
        yield StdioServerParameters(command=command, env=settings | coverage)


@pytest.mark.parametrize("era", ERAS)
async def test_a_real_server_asks_over_stdio(house: House, program: StdioServerParameters, era: str) -> None:
    person = Person()
    async with Client(program, mode=era, elicitation_callback=person, read_timeout_seconds=30) as client:
        done = data(await client.call_tool("assign", FIRE_FOR_NOOR))
        again = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert (done["status"], again["status"], len(person.asked)) == ("done", "nothing to do", 1)
    assert house.is_on(NOOR, FIRE)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_a_real_server_takes_a_no_over_stdio(
    house: House, program: StdioServerParameters, era: str, action: str
) -> None:
    async with Client(program, mode=era, elicitation_callback=Person(action), read_timeout_seconds=30) as client:
        result = data(await client.call_tool("assign", FIRE_FOR_NOOR))
    assert (result["status"], house.writes()) == ("declined", [])


@pytest.mark.parametrize("era", ERAS)
async def test_a_real_server_sees_that_the_world_moved(house: House, program: StdioServerParameters, era: str) -> None:
    person = Person()
    person.meanwhile = partial(house.sandbox.world.assign_course, NOOR, FIRE, at=NOW)
    request = {"people": [NOOR], "training": ["FIRE-01", "New Starter"]}
    async with Client(program, mode=era, elicitation_callback=person, read_timeout_seconds=30) as client:
        result = await client.call_tool("assign", request)
    assert result.is_error and "no longer what was approved" in words(result)
    assert house.writes() == []


@pytest.mark.parametrize("era", ERAS)
async def test_a_cancelled_call_begins_nothing_more_and_says_in_the_audit_what_was_done(house: House, era: str) -> None:
    many = [one.id for one in house.sandbox.world.people.values() if one.active and not house.is_on(one.id, PITCH)][:20]

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        scope.cancel()

    async with house.assistant(era, Person()) as client:
        with anyio.CancelScope() as scope:
            await client.call_tool("assign", {"people": many, "training": ["SELL-01"]}, progress_callback=listen)
        with anyio.fail_after(20):
            while len(entries := await house.entries()) < 2:
                await anyio.lowlevel.checkpoint()
    told = {line["person_id"]: line["outcome"] == "done" for line in entries[-1].body["lines"]}
    assert entries[-1].event in {"partly", "done"}
    assert told == {one: house.is_on(one, PITCH) for one in many}
