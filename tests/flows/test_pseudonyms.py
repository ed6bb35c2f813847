"""MCP_PSEUDONYMS: the whole story once more, and nobody's name or address in anything that a model gets to read."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult, ResourceTemplateReference

from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Role
from litmos.desk.desk import Desk
from litmos.desk.naming import ByName
from litmos.desk.requests import FindPeople
from mcp_server.resources import PERSON
from mcp_server.server import create_server

EMAILS = {"ada": "ada.marsh@example.com", "lena": "lena.fischer@example.com", "omar": "omar.haddad@example.com"}
PSEUDONYM = r"Person [A-Z2-7]{5}-[A-Z2-7]{5}"


class Model:
    """What a model has read, and the tools with which it goes on: it knows nobody but by what it has read."""

    def __init__(self, desk: Desk, mode: Any) -> None:
        self.desk, self.mode, self.read = desk, mode, ""

    async def calls(self, who: str, tool: str, arguments: dict[str, Any], *, forms: bool = True) -> dict[str, Any]:
        """A tool's answer to an assistant of somebody; questions are agreed to."""
        async with self.client(who, forms=forms) as client:
            result = await client.call_tool(tool, arguments)
        told = result.model_dump(mode="json", by_alias=True, exclude_none=True)
        self.hears(told)
        return told

    @asynccontextmanager
    async def client(self, who: str, *, forms: bool = True) -> AsyncIterator[Client]:
        async def asked(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
            self.hears(params.model_dump(mode="json"))
            word = re.search(r"type (\w+)", params.message)
            return ElicitResult(action="accept", content={"word": word[1]} if word else {"confirm": True})

        @asynccontextmanager
        async def opened() -> AsyncIterator[Desk]:
            yield self.desk

        callback = asked if forms else None
        server = create_server(opened, operator=EMAILS.get(who, who))
        async with Client(server, elicitation_callback=callback, mode=self.mode) as client:
            yield client

    def hears(self, told: Any) -> None:
        self.read += json.dumps(told, ensure_ascii=False) + "\n"

    async def called(self, person: str) -> str:
        """A person of the world, by what the model knows them by."""
        found = await self.calls("omar", "find_people", {"query": person})
        [row] = found["structuredContent"]["people"]
        name: str = row["name"]
        assert re.fullmatch(PSEUDONYM, name) and row.keys() <= {"id", "name", "access_level", "inactive"}
        return name


def names_in(told: str, sandbox: Sandbox) -> list[str]:
    """All that tells who somebody is, and stands in a text."""
    people = sandbox.world.people.values()
    words = {word for one in people for word in (f"{one.first_name} {one.last_name}", one.email, one.user_name)}
    words |= {one.last_name for one in people if len(one.last_name) > 3}
    return sorted(word for word in words if word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", told, re.IGNORECASE))


@pytest.fixture(params=["auto", "legacy"])
def model(pseudonymous: Any, request: pytest.FixtureRequest) -> Model:
    return Model(pseudonymous.desk, request.param)


@pytest.fixture
def sandbox(pseudonymous: Any) -> Sandbox:
    found: Sandbox = pseudonymous.sandbox
    return found


async def test_a_whole_story_without_a_name(model: Model, sandbox: Sandbox) -> None:
    noor, ada, tomas = [await model.called(name) for name in ("Noor Rahman", "Ada Marsh", "tomas.nunez@example.com")]
    assert len({noor, ada, tomas}) == 3
    story: list[tuple[str, str, dict[str, Any], str]] = [
        ("ada", "whoami", {}, ada),
        ("lena", "get_user_courses", {"person": noor}, noor),
        ("lena", "get_user_learning_paths", {"person": noor.lower()}, noor),
        ("lena", "get_module_results", {"person": ada, "course": "FA-01"}, ada),
        ("lena", "get_module_results", {"person": ada, "course": "FLT-01"}, f"“{ada}” is not on"),
        ("ada", "get_user_courses", {"person": noor}, "Nobody whom you may see"),
        ("lena", "assign", {"people": [noor, ada], "training": ["FIRE-01"]}, f"“{noor}”"),
        ("lena", "undo", {}, "will be removed"),
        ("lena", "reset", {"people": [ada], "courses": ["FA-01"]}, "A reset cannot be undone."),
        ("omar", "reset", {"people": [ada, noor], "courses": ["FLT-01", "FIRE-01"]}, noor),
        ("lena", "assign", {"people": [tomas], "training": ["FIRE-01"]}, "Nobody whom you may see"),
        ("ada", "assign", {"people": [noor], "training": ["FIRE-01"]}, "As a learner you may not assign here."),
        ("omar", "unassign", {"people": [ada], "training": ["XLF-01"]}, "will be removed"),
        ("omar", "assign", {"people": ["Sam Lee"], "training": ["SELL-01"]}, "could be 2: “Person "),
        ("omar", "get_user_courses", {"person": "Noor Rahmann"}, f"Did you mean: “{noor}” (id "),
        ("omar", "get_user_courses", {"person": "Person AAAAA-AAAAA"}, "Nobody has the pseudonym"),
        ("omar", "get_user_courses", {"person": "noor.rahman@example.com"}, noor),
        ("ivan.petrov@example.com", "whoami", {}, "is inactive"),
    ]
    for who, tool, arguments, reads in story:
        before = len(model.read)
        await model.calls(who, tool, arguments)
        assert reads in model.read[before:], f"{who} {tool} {arguments}: {model.read[before:]}"
    assert names_in(model.read.replace("Noor Rahmann", ""), sandbox) == []


async def test_proposals_resources_and_completions_name_nobody_either(model: Model, sandbox: Sandbox) -> None:
    ada = await model.called("Ada Marsh")
    proposed = await model.calls("lena", "assign", {"people": [ada], "training": ["FA-02"]}, forms=False)
    assert ada in proposed["structuredContent"]["proposal"]["question"]
    async with model.client("lena") as client:
        for uri in ("litmos://me", f"litmos://people/{ada.replace(' ', '%20')}/courses"):
            model.hears((await client.read_resource(uri)).model_dump(mode="json"))
        with pytest.raises(MCPError) as wrong:
            await client.read_resource("litmos://people/Marsh/courses")
        model.hears(str(wrong.value).replace("'Marsh'", ""))  # as the model itself has written it
        ref = ResourceTemplateReference(type="ref/resource", uri=PERSON)
        completed = await client.complete(ref, {"name": "id", "value": "mar"})
        assert completed.completion.values == [ada]
    assert model.read.count(ada) >= 5
    assert names_in(model.read, sandbox) == []


async def test_what_people_see_and_what_is_recorded_has_their_names(model: Model, pseudonymous: Any) -> None:
    ada = await model.called("Ada Marsh")
    told = await model.calls("lena", "assign", {"people": [ada], "training": ["FA-02"]}, forms=False)
    lena = await pseudonymous.desk.operator("cli", EMAILS["lena"])
    asked = await pseudonymous.desk.proposal(lena, told["structuredContent"]["proposal"]["key"])
    assert "“Ada Marsh” (ada.marsh@example.com)" in asked.question
    await model.calls("lena", "assign", {"people": [ada], "training": ["FA-02"]})
    [_, done] = await pseudonymous.history()
    assert done["lines"][0]["person"] == "Ada Marsh" and "Ada Marsh" in done["summary"]


async def test_pseudonyms_stay_the_same_and_are_understood_by_another_process(
    pseudonymous: Any, another_desk: Any
) -> None:
    ada = await Model(pseudonymous.desk, "auto").called("Ada Marsh")
    async with another_desk(pseudonymous) as desk:
        later = Model(desk, "auto")
        assert "Fire & Safety" in json.dumps(await later.calls("lena", "get_user_courses", {"person": ada}))
        assert await later.called(ada) == ada
        # a person who reads what an assistant wrote can ask who it is
        lena = await desk.operator("slack", EMAILS["lena"])
        assert lena.role is Role.LEADER
        [found] = (await desk.look(lena, FindPeople(ada))).people
        assert found.name == "Ada Marsh"


async def test_without_it_names_are_told_and_addresses_only_to_tell_namesakes_apart(faces: Any) -> None:
    house = faces["mcp"].house
    assert isinstance(await house.desk.naming(), ByName)
    model = Model(house.desk, "auto")
    done = await model.calls("omar", "assign", {"people": ["Noor Rahman"], "training": ["FIRE-01"]})
    assert "“Noor Rahman” (noor.rahman@example.com)" in model.read  # the question, which a person answers
    assert "“Noor Rahman” (id lNNtZx3cK8n1)" in done["structuredContent"]["summary"]
    assert "@" not in json.dumps(done)
    several = await model.calls("omar", "get_user_courses", {"person": "Sam Lee"})
    assert several["content"][0]["text"].count("@") == 2
    close = await model.calls("omar", "get_user_courses", {"person": "Noor Rahmann"})
    assert "Did you mean: “Noor Rahman” (id lNNtZx3cK8n1)" in close["content"][0]["text"]
