"""What somebody types: every text is a command or a usage error, and every printed example works."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parse import EXAMPLES, Command, Group, Mention, Named, Segment, UsageError, Verb, parse, usage

PIECES = st.sampled_from(
    [
        "<@U1>",
        "<@W2|tom>",
        "<!subteam^S1|@sales>",
        "<mailto:a@b.co|a@b.co>",
        "a@b.co",
        '"',
        "“",
        ",",
        "to",
        "quiet",
        "&amp;",
        "FIRE-01",
        "<",
        ">",
        "\n",
        "<@",
        "|",
    ]
)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("", Command(Verb.MINE)),
        ("  me ", Command(Verb.MINE)),
        ("COURSES", Command(Verb.COURSES)),
        ("courses <@U1|tom>", Command(Verb.COURSES, (Mention("U1"),))),
        ("results First Aid <@W2>", Command(Verb.RESULTS, (Mention("W2"),), (Segment("First Aid"),))),
        ("find fire to go", Command(Verb.FIND, (), (Segment("fire to go"),))),
        (
            "assign “Fire &amp; Safety”, FA-01 to <@U1>, Lena Fischer, x@y.co quiet",
            Command(
                Verb.ASSIGN,
                (Mention("U1"), Named("Lena Fischer"), Named("x@y.co")),
                (Segment("Fire & Safety", quoted=True), Segment("FA-01")),
                quiet=True,
            ),
        ),
        ("assign <@U1> FIRE-01", Command(Verb.ASSIGN, (Mention("U1"),), (Segment("FIRE-01"),))),
        (
            "assign Welcome to Example to <@U1>",
            Command(Verb.ASSIGN, (Mention("U1"),), (Segment("Welcome to Example"),)),
        ),
        (
            'assign "Welcome to Example" to <@U1>',
            Command(Verb.ASSIGN, (Mention("U1"),), (Segment("Welcome to Example", quoted=True),)),
        ),
        ("unassign X from <!subteam^S1|@s>", Command(Verb.UNASSIGN, (Group("S1"),), (Segment("X"),))),
        ("reset X for <mailto:a@b.co|a@b.co>", Command(Verb.RESET, (Named("a@b.co"),), (Segment("X"),))),
        ("nudge <!subteam^S1|@s> First Aid", Command(Verb.NUDGE, (Group("S1"),), (Segment("First Aid"),))),
        ("nudge Sales EMEA, FIRE-01", Command(Verb.NUDGE, (), (Segment("Sales EMEA"), Segment("FIRE-01")))),
        ("nudge <@U1|tom>, x@y.co", Command(Verb.NUDGE, (Mention("U1"), Named("x@y.co")))),
        ("nudges off", Command(Verb.NUDGES, (), (Segment("off"),))),
        ("?", Command(Verb.HELP)),
    ],
)
def test_it_is_understood(typed: str, command: Command) -> None:
    assert parse(typed) == command


@pytest.mark.parametrize("verb", EXAMPLES)
def test_every_example_works(verb: Verb) -> None:
    assert parse(EXAMPLES[verb][0]).verb is verb
    assert f"/x {EXAMPLES[verb][0]}".strip() in usage("/x")


@pytest.mark.parametrize(
    ("typed", "hint"), [("asign FIRE-01", "Did you mean assign?"), ("zzz", "There is no such command.\n")]
)
def test_a_mistake_shows_what_works(typed: str, hint: str) -> None:
    with pytest.raises(UsageError) as told:
        parse(typed)
    assert hint in str(told.value) and "/litmos assign" in str(told.value)


@pytest.mark.parser
@given(
    st.sampled_from(["assign ", "results ", "find ", "nudge ", "nudges ", "", "x "]),
    st.lists(PIECES | st.text(max_size=5)),
)
@example("assign ", ['"', "<@U1>"])
def test_whatever_is_typed_is_a_command_or_a_usage_error(verb: str, pieces: list[str]) -> None:
    try:
        command = parse(verb + " ".join(pieces))
    except UsageError:
        return
    assert all(segment.text.strip() for segment in command.words)


@pytest.mark.parser
@given(st.lists(st.sampled_from(["<@U1>", "<@U2|x>", "word", ",", "quiet"])))
def test_no_mention_is_ever_lost(pieces: list[str]) -> None:
    found = parse("assign " + " ".join(pieces)).people
    assert [one.user_id for one in found if isinstance(one, Mention)] == [
        piece[2:4] for piece in pieces if piece.startswith("<@")
    ]
