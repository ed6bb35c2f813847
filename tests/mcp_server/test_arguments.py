"""Arguments are taken as they are meant, or refused in words; none is dropped silently."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client

from litmos.demo.sandbox import Sandbox

Answer = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        (
            "get_user_courses",
            {"person": "me", "state": "open"},
            "there is no argument 'state' (there is person, status, limit, cursor)",
        ),
        ("whoami", {"person": "me"}, "there is no argument 'person' (there is none)"),
        ("get_module_results", {"person": "me"}, "'course' is missing"),
        (
            "get_user_courses",
            {"person": "me", "status": "late"},
            "'status': input should be 'all', 'open', 'overdue' or 'completed'",
        ),
        ("find_training", {"kind": "path"}, "'kind': input should be 'any', 'course' or 'learning_path'"),
        ("find_people", {"query": "a"}, "'query': string should have at least 2 characters"),
        ("find_people", {"query": "ada", "limit": 0}, "'limit': input should be greater than or equal to 1"),
        ("find_people", {"query": "ada", "limit": 201}, "'limit': input should be less than or equal to 200"),
        ("get_user_courses", {"person": ""}, "'person': string should have at least 1 character"),
        ("get_user_courses", {"person": ["Ada", "Sam"]}, "'person': input should be a valid string"),
        ("get_user_courses", {"person": None}, "'person': input should be a valid string"),
    ],
    ids=[
        "unknown argument",
        "no arguments at all",
        "missing",
        "unknown status",
        "unknown kind",
        "too short",
        "too few rows",
        "too many rows",
        "empty",
        "a list",
        "null",
    ],
)
async def test_wrong_arguments_are_refused_in_words_and_nothing_is_asked_of_litmos(
    tool: str, arguments: dict[str, Any], says: str, assistant: Client, refusal: Refusal, sandbox: Sandbox
) -> None:
    assert await refusal(assistant, tool, **arguments) == f"Nothing was done: {says}."
    assert sandbox.requests == []


async def test_all_that_is_wrong_is_told_at_once(assistant: Client, refusal: Refusal) -> None:
    said = await refusal(assistant, "get_user_courses", persn="me", limit="many")
    assert said.startswith("Nothing was done: 'person' is missing; ")
    assert "'limit': input should be a valid integer" in said
    assert "there is no argument 'persn'" in said


async def test_a_refused_argument_is_not_repeated(assistant: Client, refusal: Refusal) -> None:
    """It may be long, or meant for somewhere else."""
    said = await refusal(assistant, "find_people", query="x" * 300)
    assert said == "Nothing was done: 'query': string should have at most 255 characters."


async def test_an_id_may_come_as_a_number(assistant: Client, answer: Answer, sandbox: Sandbox) -> None:
    """Models write 42 for "42"."""
    sandbox.world.add_person("Forty", "Two", person_id="42")
    _, data = await answer(assistant, "get_user_courses", person=42)
    assert data["person"] == {"id": "42", "name": "Forty Two"}


async def test_an_unknown_tool_is_refused_by_name(assistant: Client, refusal: Refusal) -> None:
    assert await refusal(assistant, "delete_everybody") == "Unknown tool: delete_everybody"
