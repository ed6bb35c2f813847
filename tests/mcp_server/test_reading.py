"""What the reading tools answer: a compact table for the model, and the same as data."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from litmos.demo.sandbox import Sandbox

ADA = "hUOuZAzHx4L1"

Answer = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]

ADAS_COURSES = """\
“Ada Marsh” (hUOuZAzHx4L1): 12 courses (1 overdue, 1 compliance expired, 2 in progress, 5 to do, 1 access ended, \
1 content changed since completion, 1 completed)
id	course	status
fBQ3pTcKjTw1	Fire & Safety	overdue by 9 days (2026-02-21)
d9lsRS5dUnJ1	Manual Handling	to do, due in 3 days (2026-03-05)
hM1Yr0NHLjx1	Anti-Bribery "Gifts" Policy	to do, due in 21 days (2026-03-23)
GSZRGyfTzIH1	Excel for Finance	in progress, due in 45 days (2026-04-16), 50 %
V-vpWbj8hko1	安全培训	compliance expired 2026-01-16
zFVqmgIfOhu1	What's Your Pitch? 🎯	in progress, 50 %
EtEjUroYyeq1	Welcome to Example	to do
9dlc4uB7EnC1	Data Protection Basics	to do
AvqGCAk7E3V1	Spotting Phishing	to do
XRqyEo8Vet11	Working at Height	access ended 2026-02-16
sam9cDIPYST1	Leading Small Teams	content changed since completion
od6tHqlqMfj1	First Aid	completed 2025-11-20, compliant till 2026-11-20"""


async def test_the_owner_of_the_key_is_told_that_me_is_nobody(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "whoami")
    assert text == "the owner of the API key; `me` stands for nobody: admin in the demo Litmos"
    assert data == {"name": "the owner of the API key", "role": "admin", "account": "the demo Litmos"}


async def test_an_operator_is_told_their_id_and_role(adas: Client, answer: Answer) -> None:
    text, data = await answer(adas, "whoami")
    assert text == "“Ada Marsh” (id hUOuZAzHx4L1): learner in the demo Litmos"
    ada = {"id": ADA, "name": "Ada Marsh"}
    assert data == {"name": "Ada Marsh", "role": "learner", "account": "the demo Litmos", "person": ada}


@pytest.mark.parametrize(("query", "shown"), [("noor", False), ("noor.rahman@", True), ("Sam Lee", True)])
async def test_an_address_is_told_to_who_asked_for_it_or_to_tell_namesakes_apart(
    query: str, shown: bool, assistant: Client, answer: Answer
) -> None:
    text, data = await answer(assistant, "find_people", query=query)
    assert [("email" in person, "@" in text) for person in data["people"]] == [(shown, shown)] * data["total"]


async def test_namesakes_are_told_apart_by_what_differs(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "find_people", query="reception")
    assert text == snapshot("""\
2 people
id	name	more
3DO7GWIQtUl1	Rosa Keller	reception@example.com	user name frontdesk.north
S6ECJSRO5k01	Femi Balogun	reception@example.com	user name frontdesk.south\
""")
    assert data == snapshot(
        {
            "total": 2,
            "people": [
                {
                    "id": "3DO7GWIQtUl1",
                    "name": "Rosa Keller",
                    "email": "reception@example.com",
                    "user_name": "frontdesk.north",
                },
                {
                    "id": "S6ECJSRO5k01",
                    "name": "Femi Balogun",
                    "email": "reception@example.com",
                    "user_name": "frontdesk.south",
                },
            ],
        }
    )


@pytest.mark.parametrize(
    ("query", "line", "marks"),
    [
        (
            "petrov",
            "rZQ4DQdnmrM1	Ivan Petrov	inactive",
            {"inactive": True},
        ),
        (
            "fischer",
            "RZdsvDQuc8d1	Lena Fischer	Team_Leader",
            {"access_level": "Team_Leader"},
        ),
    ],
    ids=["inactive", "more than a learner"],
)
async def test_what_is_special_about_a_person_is_said(
    query: str, line: str, marks: dict[str, Any], assistant: Client, answer: Answer
) -> None:
    text, data = await answer(assistant, "find_people", query=query)
    [person] = data["people"]
    assert text.splitlines() == ["1 person", "id	name	more", line]
    assert {name: value for name, value in person.items() if name not in {"id", "name"}} == marks


async def test_a_total_tells_how_many_more_there_are_than_were_asked_for(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "find_people", query="example.com", limit=2)
    assert (data["total"], len(data["people"])) == (60, 2)
    assert text.splitlines()[0] == "60 people" and len(text.splitlines()) == 4


@pytest.mark.parametrize(
    ("tool", "query", "name"),
    [("find_people", "rosa keler", "Rosa Keller"), ("find_training", "fier safty", "Fire & Safety")],
)
async def test_without_a_match_the_nearest_names_are_offered_as_such(
    tool: str, query: str, name: str, assistant: Client, answer: Answer
) -> None:
    text, data = await answer(assistant, tool, query=query)
    assert text.startswith("No exact match. Nearest names:\nid	name	")
    assert data["close"] is True
    assert next(iter(data.get("people") or data["training"]))["name"] == name


@pytest.mark.parametrize(("tool", "rows"), [("find_people", "people"), ("find_training", "training")])
async def test_without_anything_near_there_is_no_table(tool: str, rows: str, assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, tool, query="zzqqxxjj")
    assert text == "No exact match. No similar name either."
    assert data == {"total": 0, "close": True, rows: []}


async def test_training_is_told_with_its_kind_and_code(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "find_training", query="start")
    assert text == "1 training\nid	name	kind	code\nUctolfTclkW1	New Starter	learning path	NS"
    [row] = data["training"]
    assert row == {"id": "UctolfTclkW1", "name": "New Starter", "kind": "learning_path", "code": "NS"}


async def test_training_that_is_switched_off_is_said_to_be(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "find_training", query="legacy")
    assert text.splitlines()[-1] == "6VRLetC-Psn1	Legacy Induction 2009	course	LEG-09	inactive"
    assert data["training"][0]["inactive"] is True


@pytest.mark.parametrize(("kind", "total"), [("any", 18), ("course", 15), ("learning_path", 3)])
async def test_the_whole_catalog_can_be_listed_by_kind(
    kind: str, total: int, assistant: Client, answer: Answer
) -> None:
    text, data = await answer(assistant, "find_training", kind=kind)
    assert text.splitlines()[0] == f"{total} trainings"
    assert (data["total"], len(data["training"])) == (total, total)
    assert {row["kind"] for row in data["training"]} == ({"course", "learning_path"} if kind == "any" else {kind})


async def test_the_courses_of_a_person_are_a_table_with_the_most_pressing_first(
    assistant: Client, answer: Answer
) -> None:
    text, data = await answer(assistant, "get_user_courses", person="Ada Marsh")
    assert text == ADAS_COURSES
    assert data["person"] == {"id": ADA, "name": "Ada Marsh"}
    assert [row["id"] for row in data["courses"]] == [line.split("\t")[0] for line in text.splitlines()[2:]]
    assert data["total"] == sum(data["counts"].values()) == 12


async def test_the_courses_of_a_person_are_data_without_what_says_nothing(assistant: Client, answer: Answer) -> None:
    _, data = await answer(assistant, "get_user_courses", person="Ada Marsh")
    rows = {row["name"]: row for row in data["courses"]}
    assert [rows["Fire & Safety"], rows["Excel for Finance"], rows["First Aid"], rows["Working at Height"]] == snapshot(
        [
            {
                "id": "fBQ3pTcKjTw1",
                "name": "Fire & Safety",
                "status": "overdue",
                "due": "2026-02-21",
                "due_in_days": -9,
            },
            {
                "id": "GSZRGyfTzIH1",
                "name": "Excel for Finance",
                "status": "in progress",
                "percent": 50,
                "due": "2026-04-16",
                "due_in_days": 45,
            },
            {
                "id": "od6tHqlqMfj1",
                "name": "First Aid",
                "status": "completed",
                "completed": "2025-11-20",
                "compliant_till": "2026-11-20",
            },
            {
                "id": "XRqyEo8Vet11",
                "name": "Working at Height",
                "status": "access ended",
                "access_till": "2026-02-16",
            },
        ]
    )


@pytest.mark.parametrize(("status", "total"), [("all", 12), ("open", 10), ("overdue", 1), ("completed", 2)])
async def test_courses_can_be_asked_for_by_status_and_are_still_counted_over_all(
    status: str, total: int, assistant: Client, answer: Answer
) -> None:
    text, data = await answer(assistant, "get_user_courses", person=ADA, status=status)
    assert (data["total"], len(data["courses"]), sum(data["counts"].values())) == (total, total, 12)
    assert text.splitlines()[0].endswith("1 completed)" if status == "all" else f"; {status}: {total}")


async def test_an_inactive_person_and_inactive_training_are_marked(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "get_user_courses", person="Ivan Petrov")
    assert text.startswith("“Ivan Petrov” (rZQ4DQdnmrM1), inactive: 4 courses (1 overdue, 2 to do, 1 completed)\n")
    assert text.endswith("\n6VRLetC-Psn1	Legacy Induction 2009	completed 2024-01-02, inactive")
    assert [row["name"] for row in data["courses"] if row.get("inactive")] == ["Legacy Induction 2009"]


async def test_somebody_without_courses_is_answered_without_a_table(
    assistant: Client, answer: Answer, sandbox: Sandbox
) -> None:
    new = sandbox.world.add_person("Nils", "Neu")
    text, data = await answer(assistant, "get_user_courses", person="Nils Neu")
    assert text == f"“Nils Neu” ({new.id}): 0 courses (none)"
    assert data == {"person": {"id": new.id, "name": "Nils Neu"}, "total": 0, "counts": {}, "courses": []}


async def test_the_learning_paths_of_a_person_are_answered(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "get_user_learning_paths", person=ADA)
    assert text == (
        "“Ada Marsh” (hUOuZAzHx4L1): 1 learning path\nid	learning path	status\nUctolfTclkW1	New Starter	to do"
    )
    assert data == {
        "person": {"id": ADA, "name": "Ada Marsh"},
        "total": 1,
        "learning_paths": [{"id": "UctolfTclkW1", "name": "New Starter", "status": "to do"}],
    }


async def test_the_results_in_a_course_are_told_module_by_module(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "get_module_results", person=ADA, course="FA-01")
    assert text == snapshot("""\
“Ada Marsh” (hUOuZAzHx4L1), “First Aid” (od6tHqlqMfj1): completed 2025-11-20
id	module	result
od6tHqlqMm11	Calling for help	completed 2025-11-02, 2 attempts
od6tHqlqMm21	Recovery position	completed 2025-11-02, 1 attempt
od6tHqlqMm31	First aid quiz	completed 2025-11-20, score 82 (pass mark 70), 2 attempts\
""")
    assert data == snapshot(
        {
            "person": {"id": "hUOuZAzHx4L1", "name": "Ada Marsh"},
            "course": {
                "id": "od6tHqlqMfj1",
                "name": "First Aid",
                "status": "completed",
                "completed": "2025-11-20",
            },
            "assigned": "2025-11-02",
            "modules": [
                {"id": "od6tHqlqMm11", "name": "Calling for help", "completed": "2025-11-02", "attempts": 2},
                {"id": "od6tHqlqMm21", "name": "Recovery position", "completed": "2025-11-02", "attempts": 1},
                {
                    "id": "od6tHqlqMm31",
                    "name": "First aid quiz",
                    "completed": "2025-11-20",
                    "score": 82,
                    "pass_mark": 70,
                    "attempts": 2,
                },
            ],
        }
    )


async def test_a_module_that_was_not_begun_shows_what_it_takes(assistant: Client, answer: Answer) -> None:
    text, data = await answer(assistant, "get_module_results", person=ADA, course="FIRE-01")
    assert text.splitlines()[-2:] == [
        "fBQ3pTcKjm31	Evacuation	not started",
        "fBQ3pTcKjm41	Fire quiz	not started, pass mark 80",
    ]
    assert data["modules"][-1] == {"id": "fBQ3pTcKjm41", "name": "Fire quiz", "completed": False, "pass_mark": 80}


async def test_a_module_that_was_tried_in_vain_is_not_called_begun_or_done(
    assistant: Client, answer: Answer, sandbox: Sandbox
) -> None:
    *_, quiz = sandbox.world.courses_of(ADA)["fBQ3pTcKjTw1"].modules.values()
    quiz.attempts, quiz.score = 3, 55
    text, _ = await answer(assistant, "get_module_results", person=ADA, course="FIRE-01")
    assert text.splitlines()[-1].endswith("	Fire quiz	not completed, score 55 (pass mark 80), 3 attempts")


@pytest.mark.parametrize(
    ("tool", "query"), [("find_people", "Ada\nOther"), ("find_people", "twice"), ("find_training", "Not a course")]
)
async def test_names_stay_within_their_cells(
    tool: str, query: str, assistant: Client, answer: Answer, sandbox: Sandbox
) -> None:
    """Names are other people's text: a line break in one must not look like another row."""
    name = "Fire\n6VRLetC-Psn1\tNot a course\tcompleted " + "x" * 200
    course = sandbox.world.add_course(name, code="A\tB\nC")
    person = sandbox.world.add_person("Ada\nOther", "One", user_name="ada\ntwice", email="a\tb@example.com")
    text, data = await answer(assistant, tool, query=query)
    [row] = data.get("people") or data["training"]
    assert row["id"] in {course.id, person.id}
    assert [line.split("\t")[0] for line in text.splitlines()[2:]] == [row["id"]]
    assert len(text) < 250
