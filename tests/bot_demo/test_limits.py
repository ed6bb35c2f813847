"""The limits that the local Slack keeps: each broken once, and what keeps to them taken."""

from typing import Any

import pytest

from bot.demo.limits import problems

Block = dict[str, Any]


def plain(text: str = "x") -> Block:
    return {"type": "plain_text", "text": text}


def section(**more: Any) -> Block:
    return {"type": "section", "block_id": "s", "text": plain()} | more


def actions(*elements: Block, **more: Any) -> Block:
    return {"type": "actions", "block_id": "a", "elements": list(elements)} | more


def button(**more: Any) -> Block:
    return {"type": "button", "action_id": "b", "text": plain(), "value": "v"} | more


def entry(element: Block, **more: Any) -> Block:
    return {"type": "input", "block_id": "i", "label": plain(), "element": element} | more


def select(*options: Block, **more: Any) -> Block:
    return {"type": "static_select", "action_id": "c", "options": list(options)} | more


def option(text: str = "x", value: Any = "v", **more: Any) -> Block:
    return {"text": plain(text), "value": value} | more


def typed(**more: Any) -> Block:
    return {"type": "plain_text_input", "action_id": "t"} | more


def cells(count: int, kind: str = "raw_text") -> list[Block]:
    return [{"type": kind, "text": "x"} for _ in range(count)]


def chart(**drawn: Any) -> Block:
    return {"type": "data_visualization", "block_id": "v", "title": "x", "chart": drawn}


def modal(*blocks: Block, **more: Any) -> Block:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks)} | more


LONG = "x" * 9999
BARS = {"type": "bar", "axis_config": {"categories": ["a"]}, "series": [{"name": "n", "data": [{"label": "a"}]}]}


@pytest.mark.parametrize(
    "block",
    [
        section(fields=[plain("x" * 2000)] * 10, accessory=button()),
        {"type": "header", "block_id": "h", "text": plain("x" * 150)},
        {"type": "context", "block_id": "c", "elements": [plain()] * 10},
        actions(*[button(action_id=str(at)) for at in range(25)]),
        actions(select(*[option("x" * 75, "v" * 150)] * 100)),
        {"type": "image", "block_id": "m", "image_url": "https://example.com/x.png", "alt_text": "x"},
        {"type": "table", "block_id": "t", "rows": [cells(20)] * 100},
        {"type": "data_table", "block_id": "t", "caption": "x", "rows": [cells(20)] * 101},
        {"type": "markdown", "block_id": "k", "text": "x" * 12_000},
        {"type": "divider", "block_id": "d"},
        chart(type="pie", segments=[{"label": "a", "value": 1}]),
        chart(**BARS),
    ],
)
def test_what_slack_takes_in_a_message_is_taken(block: Block) -> None:
    assert problems({"text": "x", "blocks": [block]}, "message") == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (section(block_id=""), "no block_id"),
        (section(block_id="x" * 256), "block_id is longer"),
        (section(text=plain("x" * 3001)), "text is longer than 3000"),
        (section(text=plain("")), "text is empty"),
        (section(text="x"), "no text object"),
        ({"type": "section", "block_id": "s"}, "text or fields"),
        (section(fields=[plain()] * 11), "more than 10 fields"),
        (section(fields=[plain("x" * 2001)]), "field is longer"),
        (section(accessory={"type": "dial"}), "no element 'dial'"),
        ({"type": "header", "block_id": "h", "text": plain("x" * 151)}, "longer than 150"),
        ({"type": "header", "block_id": "h", "text": {"type": "mrkdwn", "text": "x"}}, "has to be plain_text"),
        ({"type": "context", "block_id": "c", "elements": [plain()] * 11}, "1 to 10 elements"),
        (actions(), "1 to 25 elements"),
        (actions(*[button(action_id=str(at)) for at in range(26)]), "1 to 25 elements"),
        (actions(button(), button()), "action_id 'b' is there 2 times"),
        (actions(button(action_id="")), "no action_id"),
        (actions(button(action_id="x" * 256)), "action_id is longer"),
        (actions(button(text=plain("x" * 76))), "text is longer than 75"),
        (actions(button(value="x" * 2001)), "value is longer"),
        (actions(button(value=7)), "value is no text"),
        (actions(button(url="x" * 3001)), "url is longer"),
        (actions(button(style="loud")), "no style"),
        (actions(button(confirm={"title": plain("x" * 101)})), "confirm title is longer"),
        (actions(select()), "no options"),
        (actions(select(*[option()] * 101)), "more than 100 options"),
        (actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}), "more than 5 options"),
        (actions({"type": "checkboxes", "action_id": "o", "options": [option()] * 11}), "more than 10 options"),
        (actions(select(option("x" * 76))), "option is longer"),
        (actions(select(option(value=7))), "value is no text"),
        (actions(select(option(value="v" * 151))), "value is longer"),
        (actions(select(option(description=plain("x" * 76)))), "description is longer"),
        (actions(select(option(), placeholder=plain("x" * 151))), "placeholder is longer"),
        (actions(select(option_groups=[{"label": plain("x" * 76), "options": [option()]}])), "label is longer"),
        (actions(select(option_groups=[{"label": plain(), "options": []}] * 101)), "more than 100 option groups"),
        ({"type": "image", "block_id": "m", "alt_text": "x"}, "image_url and alt_text"),
        ({"type": "markdown", "block_id": "k", "text": "x" * 12_001}, "longer than 12000"),
        ({"type": "table", "block_id": "t", "rows": [cells(2), cells(3)]}, "different lengths"),
        ({"type": "table", "block_id": "t", "rows": [cells(21)]}, "1 to 20 columns"),
        ({"type": "table", "block_id": "t", "rows": [cells(1)] * 101}, "1 to 100 rows"),
        ({"type": "table", "block_id": "t", "rows": [[{"type": "text"}]]}, "cells are"),
        ({"type": "data_table", "block_id": "t", "rows": [cells(1)] * 2}, "no caption"),
        ({"type": "data_table", "block_id": "t", "caption": "x", "rows": [cells(1)]}, "2 to 101 rows"),
        ({"type": "data_table", "block_id": "t", "caption": "x", "rows": [cells(1, "raw_number")] * 2}, "header row"),
        ({"type": "data_table", "block_id": "t", "caption": "x", "rows": [cells(1)] * 2, "page_size": 0}, "page_size"),
        (
            {"type": "data_table", "block_id": "t", "caption": "x", "rows": [[{"type": "raw_text", "text": LONG}]] * 3},
            "more than 20000",
        ),
        (chart(type="sun"), "no chart of type"),
        (chart(type="pie"), "segments"),
        (chart(**(BARS | {"axis_config": {"categories": ["b"]}})), "not the categories"),
        (chart(**(BARS | {"series": []})), "1 to 6 series"),
        (chart(**(BARS | {"series": [{"name": "n", "data": []}]})), "1 to 20 points"),
        ({"type": "data_visualization", "block_id": "v", "chart": BARS}, "no title"),
        ({"type": "alert", "block_id": "l", "text": plain()}, "no alert in a message"),
        ({"type": "poem", "block_id": "p"}, "no block 'poem'"),
    ],
)  # fmt: skip
def test_what_slack_refuses_in_a_message_is_named(block: Block, problem: str) -> None:
    found = problems({"text": "x", "blocks": [block]}, "message")
    assert [one for one in found if problem in one]


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (modal(section()) | {"title": plain("x" * 25)}, "title is longer than 24"),
        (modal(section(), submit=plain("x" * 25)), "submit is longer"),
        (modal(section(), close=plain("x" * 25)), "close is longer"),
        (modal(section(), private_metadata="x" * 3001), "private_metadata is longer"),
        (modal(section(), callback_id="x" * 256), "callback_id is longer"),
        (modal(*[section(block_id=str(at)) for at in range(101)]), "more than 100 blocks"),
        (modal(section(), section()), "block_id 's' is there 2 times"),
        ({"type": "modal", "blocks": [section()]}, "no title"),
        ({"type": "modal", "title": plain(), "blocks": [entry(typed())]}, "needs submit"),
        (modal(*[section(block_id=str(at), text=plain("x" * 3000)) for at in range(90)]), "view_too_large"),
        (modal(entry(typed(max_length=3001))), "lengths of a plain_text_input"),
        (modal(entry(typed(min_length=9, max_length=3))), "lengths of a plain_text_input"),
        (modal(entry(typed(), label=plain("x" * 2001))), "label is longer"),
        (modal(entry(typed(), hint=plain("x" * 2001))), "hint is longer"),
        (modal(entry(button())), "no button in an input"),
        (modal({"type": "input", "block_id": "i", "label": plain()}), "has an element"),
        (modal({"type": "markdown", "block_id": "k", "text": "x"}), "no markdown in a modal"),
        (modal({"type": "data_table", "block_id": "t", "caption": "x", "rows": [cells(1)] * 2}), "no data_table in"),
        (modal({"type": "alert", "block_id": "l", "text": plain(), "level": "loud"}), "no alert of level"),
    ],
)
def test_what_slack_refuses_in_a_modal_is_named(payload: Block, problem: str) -> None:
    assert [one for one in problems(payload, "modal") if problem in one]


def test_a_message_needs_text_and_has_fifty_blocks() -> None:
    many = [section(block_id=str(at)) for at in range(51)]
    assert [one[:19] for one in problems({"blocks": many}, "message")] == ["more than 50 blocks", "no text beside the "]
    assert problems({"blocks": "x"}, "message") == ["blocks is no list of blocks"]
    charts = [chart(**BARS) | {"block_id": str(at)} for at in range(3)]
    assert problems({"text": "x", "blocks": charts}, "message") == ["more than 2 charts"]


def test_a_home_tab_takes_tables_and_no_alert() -> None:
    data = {"type": "data_table", "block_id": "t", "caption": "x", "rows": [cells(1)] * 2}
    assert problems({"type": "home", "blocks": [data]}, "home") == []
    assert problems({"type": "home", "blocks": [{"type": "alert", "block_id": "l"}]}, "home") == [
        "blocks[0]: no alert in a home"
    ]
