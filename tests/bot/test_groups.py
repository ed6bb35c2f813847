"""How groups get on, in Slack: a chart and a table, a file, and a polite no."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocks, group
from bot.demo.screen import read
from litmos.desk.answers import GroupProgress, Mark, MemberProgress
from litmos.model import AccessLevel, Person


@pytest.mark.parametrize("typed", ["team", "team Sales", "progress", "team sales emea"])
async def test_a_leader_sees_their_people_in_a_chart_and_a_table(people: Any, typed: str) -> None:
    lena = people["ULENA"]
    await lena.types(typed)
    [reply] = lena.messages()
    kinds = [block["type"] for block in reply.blocks]
    assert kinds[:3] == ["section", "data_visualization", "data_table"]
    assert "Nia Adeyemi" in read(reply.blocks) and "Yusuf" not in read(reply.blocks)
    assert "overdue" in reply.text and reply.only_for == "ULENA"


async def test_an_admin_asks_for_one_course_of_some_people(people: Any, slack: Any) -> None:
    omar = people["UOMAR"]
    await omar.types("progress @ada @noor FIRE-01")
    [reply] = omar.messages()
    told = read(reply.blocks)
    assert "2 people, 1 overdue, 1 not assigned" in told.replace("*", "")
    await omar.types("progress FIRE-01")
    assert "everyone on it" in omar.messages()[-1].text and "Ada Marsh: overdue, due " in omar.messages()[-1].text


@pytest.mark.parametrize(
    ("user", "typed", "why"),
    [
        ("UADA", "team", "As a learner you may not get group progress here."),
        ("ULENA", "team Warehouse", "There is no team 'Warehouse' that you may see."),
        ("ULENA", "progress @omar", "Nobody whom you may see"),
        ("UOMAR", "team", "Name a team, people, or a course."),
        ("UOMAR", "progress FIRE-99", "Litmos has no course 'FIRE-99'"),
    ],
)
async def test_a_no_is_polite(people: Any, user: str, typed: str, why: str) -> None:
    await people[user].types(typed)
    assert why in people[user].messages()[0].text


async def test_a_slack_without_charts_gets_bars_and_lines(people: Any, slack: Any) -> None:
    slack.newer = False
    lena = people["ULENA"]
    await lena.types("team")
    reply = lena.messages()[-1]
    assert {block["type"] for block in reply.blocks} <= {"section", "context", "actions"}
    assert "▰" in read(reply.blocks) and "Overdue" in read(reply.blocks)
    slack.violations.clear()


async def test_the_same_comes_as_a_file_to_nobody_but_who_asked(people: Any, slack: Any) -> None:
    lena = people["ULENA"]
    await lena.types("progress FIRE-01")
    await lena.presses("Export as CSV", lena.messages()[-1])
    [file] = slack.files.values()
    assert (file.name, file.channel, file.title) == ("progress.csv", "DULENA", "Progress of everybody you lead")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    ada = next(row for row in rows if row["Name"] == "Ada Marsh")
    assert (ada["State"], ada["E-mail"], ada["overdue"]) == ("overdue", "ada.marsh@example.com", "1")
    assert len(rows) == lena.messages("C1")[-1].text.count("\n")


async def test_who_may_no_longer_gets_no_file(people: Any, slack: Any, sandbox: Any, desk: Any, clock: Any) -> None:
    lena = people["ULENA"]
    await lena.types("team")
    message = lena.messages()[-1]
    sandbox.world.people["RZdsvDQuc8d1"].access_level = "Learner"
    clock.advance(601)
    await lena.presses("Export as CSV", message)
    assert slack.files == {}
    assert "As a learner you may not" in lena.direct[-1].text


def of(names: list[str]) -> GroupProgress:
    members = tuple(
        MemberProgress(
            Person(f"id{at}", "", name, "", f"{at}@example.com", active=True, access_level=AccessLevel.LEARNER),
            Mark.TO_DO,
            {Mark.TO_DO: 1},
        )
        for at, name in enumerate(names)
    )
    return GroupProgress("Many", members, {Mark.TO_DO: len(names)} if names else {})


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8))
def test_no_cell_of_a_file_is_a_formula_and_none_is_lost(names: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(group.as_csv(of(names)).removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(names) + 1
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert [row[0].removeprefix("'") for row in rows[1:]] == [name.removeprefix("'") for name in names]


def test_a_large_group_fits_into_a_message() -> None:
    told = group.reply(of(["A" * 300] * 1000), "team")
    assert len(told.text) <= 3000
    assert "first 100" in str(told.blocks)
    assert all(len(str(block)) < 100_000 for block in blocks.plainly(told.blocks))


def test_a_command_too_long_for_a_button_has_none() -> None:
    assert "Export" not in str(group.reply(of(["Ada"]), "progress " + "x" * 2000).blocks)
    assert "nobody" in group.reply(of([]), "team").text
