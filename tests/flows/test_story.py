"""One story, told once and run through both faces: it ends in the same Litmos and the same audit."""

from typing import Any

import pytest

ADA, NOOR = "hUOuZAzHx4L1", "lNNtZx3cK8n1"
FIRE, FIRST_AID, EXCEL = "fBQ3pTcKjTw1", "od6tHqlqMfj1", "GSZRGyfTzIH1"

STORY = [
    ("looks", "lena", ("Noor Rahman",), ["Forklift Theory"]),
    ("looks", "ada", ("Noor Rahman",), ["Nobody whom you may see"]),
    (
        "changes",
        "lena",
        ("assign", "FIRE-01", ["Noor Rahman", "Ada Marsh"]),
        ["not assigned -> will be assigned", "Left as it is: 1 of 2.", "1 done"],
    ),
    ("changes", "lena", ("assign", "FIRE-01", ["Noor Rahman"]), ["already assigned"]),
    ("takes_back", "lena", (), ["will be removed", "done"]),
    ("changes", "lena", ("reset", "FA-01", ["Ada Marsh"]), ["A reset cannot be undone.", "Reset done"]),
    ("changes", "lena", ("assign", "FIRE-01", ["Tomás Núñez"]), ["Nobody whom you may see"]),
    ("changes", "ada", ("assign", "FIRE-01", ["Noor Rahman"]), ["As a learner you may not assign here."]),
    ("changes", "omar", ("assign", "SELL-01", ["Tomás Núñez"]), ["not assigned -> will be assigned", "done"]),
    ("changes", "omar", ("unassign", "XLF-01", ["Ada Marsh"]), ["will be removed", "done"]),
]


async def told(face: Any) -> None:
    """Run the story, and see that everybody reads what they should."""
    for deed, who, how, reads in STORY:
        text = await getattr(face, deed)(who, *how)
        assert [words for words in reads if words not in text] == [], f"{who} {deed} {how} and reads: {text}"


async def test_both_faces_leave_the_same_litmos_and_the_same_audit(faces: Any) -> None:
    for face in faces.values():
        await told(face)
    assistant, slack = faces["mcp"].house, faces["slack"].house
    assert assistant.on() == slack.on()
    assert await assistant.history() == await slack.history()
    assert assistant.sandbox.mails == slack.sandbox.mails != []
    assert (await assistant.books.audit.verify()).broken is (await slack.books.audit.verify()).broken is None


@pytest.mark.parametrize("name", ["mcp", "slack"])
async def test_the_story_ends_well(faces: Any, name: str) -> None:
    face = faces[name]
    before = face.house.on()
    await told(face)
    after = face.house.on()
    assert FIRE not in [course for course, _, _ in after[NOOR]]
    assert (FIRST_AID, False, 0) in after[ADA] and (FIRST_AID, True, 3) in before[ADA]
    assert EXCEL not in [course for course, _, _ in after[ADA]]
    rows = await face.house.history()
    assert [(row["operation"], row["event"]) for row in rows if row["event"] == "done"] == [
        ("assign", "done"),
        ("unassign", "done"),
        ("reset", "done"),
        ("assign", "done"),
        ("unassign", "done"),
    ]


@pytest.mark.parametrize("name", ["mcp", "slack"])
async def test_a_no_changes_nothing(faces: Any, name: str) -> None:
    face = faces[name]
    before = face.house.on()
    text = await face.changes("lena", "assign", "FIRE-01", ["Noor Rahman"], agree=False)
    assert "not assigned -> will be assigned" in text
    assert face.house.on() == before
    assert await face.house.history() == []
