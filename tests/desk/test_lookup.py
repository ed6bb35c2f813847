"""From what people type to one person or training of the demo company, or to an error that says who it could be."""

import pytest

from litmos.demo.clock import MovableClock
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.errors import Ambiguous, Invalid, NotFound, UnexpectedReply
from litmos.model import TrainingKind

ADA, SAM, OTHER_SAM, IVAN, MEI = "hUOuZAzHx4L1", "AzUdIG1OHqt1", "dvRzFRYTora1", "rZQ4DQdnmrM1", "eogdvbzDp8m1"
ROSA, FEMI, BJORN, NIA, ZOE = "3DO7GWIQtUl1", "S6ECJSRO5k01", "Uci0qRhSBHp1", "TSOsq63Hvzl1", "Qp5zvqYMtrb1"
PAULA, PAUL, KIM, KAREL = "hQ7vLmZt2Xw1", "hq7vLmZt2Xw1", "ih4vmuGMGKA1", "fpTb_RsHdRX1"
PIETER, TOMAS, OLEKSANDR = "dMoCkcXSUyQ1", "dE03WKpm15U1", "k3zLp1f4WDe1"

ONE_PERSON = {
    "an id": (ADA, ADA),
    "an id with blanks around it": (f"  {ADA}\n", ADA),
    "ids that differ only in case, one": (PAULA, PAULA),
    "ids that differ only in case, other": (PAUL, PAUL),
    "an e-mail address": ("ada.marsh@example.com", ADA),
    "an e-mail address in capitals": ("ADA.MARSH@EXAMPLE.COM", ADA),
    "a full name": ("Ada Marsh", ADA),
    "a full name in another case": ("ada MARSH", ADA),
    "last name first": ("Marsh, Ada", ADA),
    "a full name over two blanks": ("Ada  Marsh", ADA),
    "a full name with a blank that does not break": ("Ada\N{NO-BREAK SPACE}Marsh", ADA),
    "a user name": ("frontdesk.north", ROSA),
    "a user name in capitals": ("FRONTDESK.SOUTH", FEMI),
    "a short user name": ("bjorn", BJORN),
    "an e-mail that is not the user name": ("b.angstrom@example.com", BJORN),
    "a user name with plus and slash": ("nia+field/eu@example.com", NIA),
    "the e-mail beside such a user name": ("nia.adeyemi@example.com", NIA),
    "a name without its accents": ("Bjorn Angstrom", BJORN),
    "a name with its accents": ("Björn Ångström", BJORN),
    "a name with its accents apart": ("Bjo\N{COMBINING DIAERESIS}rn A\N{COMBINING RING ABOVE}ngstrom", BJORN),
    "a name without its apostrophe": ("Zoe OBrien", ZOE),
    "a name with a curly apostrophe": ("Zoë O\N{RIGHT SINGLE QUOTATION MARK}Brien", ZOE),
    "a name with an accent for an apostrophe": ("Zoë O\N{ACUTE ACCENT}Brien", ZOE),
    "a name that is not Latin": ("美 陈", MEI),
    "a name that is not Latin, family first": ("陈 美", MEI),
    "a name that is not Latin, without a blank": ("陈美", MEI),
    "a name of several words": ("pieter van der berg", PIETER),
    "somebody inactive": ("Ivan Petrov", IVAN),
    "half of two ids": ("Paul Brandt", PAUL),
    "an e-mail that is nobody's user name": ("kim@example.com", KIM),
    "the user name of who shares an e-mail": ("karel", KAREL),
}


@pytest.mark.parametrize(("typed", "found"), ONE_PERSON.values(), ids=list(ONE_PERSON))
async def test_one_person_is_named_by(typed: str, found: str, lookup: Lookup, line: Line) -> None:
    assert (await lookup.person(line, typed)).id == found


SEVERAL_PEOPLE = {
    "namesakes": ("Sam Lee", {SAM, OTHER_SAM}),
    "a shared e-mail": ("reception@example.com", {ROSA, FEMI}),
    "a user name that is another's e-mail": ("k.novak@example.com", {KIM, KAREL}),
}


@pytest.mark.parametrize(("typed", "candidates"), SEVERAL_PEOPLE.values(), ids=list(SEVERAL_PEOPLE))
async def test_nobody_is_picked_from(typed: str, candidates: set[str], lookup: Lookup, line: Line) -> None:
    with pytest.raises(Ambiguous) as caught:
        await lookup.person(line, typed)
    assert set(caught.value.candidates) == candidates
    assert all(one in str(caught.value) for one in caught.value.candidates)


async def test_namesakes_are_told_apart_by_address_user_name_and_id(lookup: Lookup, line: Line) -> None:
    with pytest.raises(Ambiguous) as caught:
        await lookup.person(line, "reception@example.com")
    assert str(caught.value) == (
        "'reception@example.com' could be 2: "
        "“Rosa Keller” (reception@example.com, user name frontdesk.north, id 3DO7GWIQtUl1); "
        "“Femi Balogun” (reception@example.com, user name frontdesk.south, id S6ECJSRO5k01). Say which one, by id."
    )


async def test_of_many_namesakes_five_are_listed_and_the_others_counted(
    sandbox: Sandbox, lookup: Lookup, line: Line
) -> None:
    for number in range(7):
        sandbox.world.add_person("Alex", "Kim", user_name=f"alex{number}", active=number % 2 == 0)
    with pytest.raises(Ambiguous) as caught:
        await lookup.person(line, "alex kim")
    assert len(set(caught.value.candidates)) == 5
    assert "could be 7" in str(caught.value)
    assert "and 2 more" in str(caught.value)
    assert str(caught.value).count("inactive") == 2


async def test_people_without_an_address_are_told_apart_too(sandbox: Sandbox, lookup: Lookup, line: Line) -> None:
    for number in range(2):
        sandbox.world.add_person("Alex", "Kim", user_name=f"alex{number}").email = ""
    with pytest.raises(
        Ambiguous, match=r"“Alex Kim” \(user name alex0, id \w+\); “Alex Kim” \(user name alex1, id \w+\)"
    ):
        await lookup.person(line, "alex kim")


SUGGESTIONS = {
    "letters swapped": ("Ada Mrash", "Ada Marsh"),
    "a letter too few": ("Oleksandr Shevcenko", "Oleksandr Shevchenko"),
    "a last name alone": ("Marsh", "Ada Marsh"),
    "a first name alone": ("Oleksandr", "Oleksandr Shevchenko"),
    "an address of the wrong domain": ("ada.marsh@example.org", "Ada Marsh"),
    "an id in the wrong case": (ADA.lower(), "Search with fewer letters"),
    "nobody like that": ("Zebulon Quux", "Search with fewer letters"),
    "no letters": ("---", "Search with fewer letters"),
}


@pytest.mark.parametrize(("typed", "suggested"), SUGGESTIONS.values(), ids=list(SUGGESTIONS))
async def test_who_is_not_found_is_not_guessed_but_suggested(
    typed: str, suggested: str, lookup: Lookup, line: Line
) -> None:
    with pytest.raises(NotFound) as caught:
        await lookup.person(line, typed)
    assert not isinstance(caught.value, Ambiguous)
    assert suggested in str(caught.value)


async def test_at_most_five_people_are_suggested(lookup: Lookup, line: Line) -> None:
    with pytest.raises(NotFound) as caught:
        await lookup.person(line, "example.com")
    assert str(caught.value).count("(") == 5


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
async def test_no_name_at_all_is_refused_without_asking_litmos(
    typed: str, lookup: Lookup, line: Line, sandbox: Sandbox
) -> None:
    with pytest.raises(Invalid, match="Name a person"):
        await lookup.person(line, typed)
    with pytest.raises(Invalid, match="Name a course: by id, code or name"):
        await lookup.training(line, typed, TrainingKind.COURSE)
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [(ADA, 1), ("frontdesk.north", 2), ("ada.marsh@example.com", 1), ("Ada Marsh", 2), ("Bjorn Angstrom", 2)],
    ids=["id", "user name", "address", "name", "name without accents"],
)
async def test_a_second_question_about_the_same_person_costs_no_request(
    typed: str, first: int, lookup: Lookup, line: Line, sandbox: Sandbox, clock: MovableClock
) -> None:
    person = await lookup.person(line, typed)
    assert len(sandbox.requests) == first
    clock.advance(599)
    assert await lookup.person(line, typed) == person
    assert len(sandbox.requests) == first


async def test_a_person_is_read_again_after_ten_minutes(
    lookup: Lookup, line: Line, sandbox: Sandbox, clock: MovableClock
) -> None:
    await lookup.person(line, ADA)
    sandbox.world.people[ADA].last_name = "Marsh-Lee"
    clock.advance(600)
    assert (await lookup.person(line, ADA)).name == "Ada Marsh-Lee"


async def test_who_is_not_found_is_looked_for_again(lookup: Lookup, line: Line, sandbox: Sandbox) -> None:
    with pytest.raises(NotFound):
        await lookup.person(line, "new.starter@example.com")
    new = sandbox.world.add_person("New", "Starter", email="new.starter@example.com")
    assert (await lookup.person(line, "new.starter@example.com")).id == new.id


async def test_a_failure_of_litmos_is_not_taken_for_nobody(lookup: Lookup, line: Line, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("500"))
    with pytest.raises(UnexpectedReply):
        await lookup.person(line, ADA)


async def test_people_are_found_by_part_of_a_name(lookup: Lookup, line: Line) -> None:
    found = await lookup.people(line, "brandt", 20)
    assert ([one.first_name for one in found.people], found.total, found.close) == (["Paula", "Paul"], 2, False)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Lee Sam", {SAM, OTHER_SAM}),
        ("frontdesk", {ROSA, FEMI}),
        ("angström bj", {BJORN}),
        ("OBrien", {ZOE}),
        ("o brien zoe", {ZOE}),
        ("van berg", {PIETER}),
        ("Tomas Nun", {TOMAS}),
        ("陈美", {MEI}),
    ],
)
async def test_every_word_of_a_search_has_to_fit(words: str, found: set[str], lookup: Lookup, line: Line) -> None:
    answer = await lookup.people(line, words, 20)
    assert {one.id for one in answer.people} == found
    assert not answer.close


async def test_a_search_tells_how_many_there_are_beyond_the_limit(lookup: Lookup, line: Line) -> None:
    found = await lookup.people(line, "example.com", 3)
    assert (len(found.people), found.total) == (3, 60)


async def test_a_search_for_nobody_shows_the_nearest(lookup: Lookup, line: Line) -> None:
    found = await lookup.people(line, "Oleksander Shevcenko", 20)
    assert found.close
    assert OLEKSANDR in {one.id for one in found.people}


@pytest.mark.parametrize("words", ["", "a", " . ", "--"])
async def test_a_search_for_hardly_anything_is_refused(
    words: str, lookup: Lookup, line: Line, sandbox: Sandbox
) -> None:
    with pytest.raises(Invalid, match="at least two letters"):
        await lookup.people(line, words, 20)
    assert sandbox.requests == []


ONE_TRAINING = {
    "an id": ("fBQ3pTcKjTw1", "Fire & Safety"),
    "an id with blanks": (" fBQ3pTcKjTw1 ", "Fire & Safety"),
    "a code": ("FIRE-01", "Fire & Safety"),
    "a code in another case": ("fire-01", "Fire & Safety"),
    "a name": ("Fire & Safety", "Fire & Safety"),
    "a name without its sign": ("fire safety", "Fire & Safety"),
    "a name without its quotes": ("Anti-bribery gifts policy", 'Anti-Bribery "Gifts" Policy'),
    "a name that is not Latin": ("安全培训", "安全培训"),
    "a name without its apostrophe": ("Whats your pitch? 🎯", "What's Your Pitch? 🎯"),
    "a course that is switched off": ("Legacy Induction 2009", "Legacy Induction 2009"),
    "the code of one of two of a name": ("FA-02", "First Aid"),
}


@pytest.mark.parametrize(("typed", "name"), ONE_TRAINING.values(), ids=list(ONE_TRAINING))
async def test_one_course_is_named_by(typed: str, name: str, lookup: Lookup, line: Line) -> None:
    assert (await lookup.training(line, typed, TrainingKind.COURSE)).name == name


async def test_a_course_that_is_switched_off_says_so(lookup: Lookup, line: Line) -> None:
    assert not (await lookup.training(line, "LEG-09", TrainingKind.COURSE)).active


async def test_two_courses_of_one_name_are_told_apart_by_code_and_id(lookup: Lookup, line: Line) -> None:
    with pytest.raises(Ambiguous) as caught:
        await lookup.training(line, "first aid", TrainingKind.COURSE)
    assert str(caught.value) == (
        "'first aid' could be 2: “First Aid” (course, code FA-01, id od6tHqlqMfj1); "
        "“First Aid” (course, code FA-02, id tkg_Xoa72Gg1). Say which one, by id."
    )
    assert len(caught.value.candidates) == 2


async def test_of_many_courses_of_one_name_five_are_listed(sandbox: Sandbox, lookup: Lookup, line: Line) -> None:
    for _ in range(8):
        sandbox.world.add_course("Induction", active=False)
    with pytest.raises(Ambiguous, match=r"could be 8: .* and 3 more") as caught:
        await lookup.training(line, "Induction")
    assert len(caught.value.candidates) == 5


@pytest.mark.parametrize(
    ("typed", "kind", "says"),
    [
        (
            "Fire and Saftey",
            TrainingKind.COURSE,
            "no course 'Fire and Saftey'. Did you mean: “Fire & Safety” (course, ",
        ),
        ("Excel", TrainingKind.COURSE, "Did you mean: “Excel for Finance” (course, code XLF-01, id GSZRGyfTzIH1)?"),
        ("Induction", None, "no training 'Induction'. Did you mean: “Legacy Induction 2009” (course, code LEG-09, id"),
        ("new starters", TrainingKind.LEARNING_PATH, "no learning path 'new starters'. Did you mean: “New Starter” ("),
        ("New Starter", TrainingKind.COURSE, "no course 'New Starter'"),
        ("Basket weaving", TrainingKind.COURSE, "Search with fewer letters"),
        ("---", TrainingKind.COURSE, "Search with fewer letters"),
    ],
    ids=["typo", "a part", "any kind", "a path", "the other kind", "nothing like it", "no letters"],
)
async def test_training_that_is_not_found_is_suggested(
    typed: str, kind: TrainingKind | None, says: str, lookup: Lookup, line: Line
) -> None:
    with pytest.raises(NotFound) as caught:
        await lookup.training(line, typed, kind)
    assert says in str(caught.value)


async def test_the_catalog_is_read_once(lookup: Lookup, line: Line, sandbox: Sandbox) -> None:
    await lookup.training(line, "FIRE-01")
    await lookup.training(line, "New Starter")
    await lookup.trainings(line, "safety", None, 20)
    assert [seen.path for seen in sandbox.requests] == ["/courses", "/learningpaths"]


async def test_a_new_course_is_found_once_the_remembered_catalog_is_half_a_minute_old(
    lookup: Lookup, line: Line, sandbox: Sandbox, clock: MovableClock
) -> None:
    await lookup.training(line, "FIRE-01", TrainingKind.COURSE)
    sandbox.world.add_course("Brand New", code="NEW-01")
    with pytest.raises(NotFound):
        await lookup.training(line, "NEW-01", TrainingKind.COURSE)
    assert len(sandbox.requests) == 1
    clock.advance(30)
    assert (await lookup.training(line, "NEW-01", TrainingKind.COURSE)).name == "Brand New"
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize(
    ("words", "kind", "names"),
    [
        ("safety", None, ["Fire & Safety"]),
        ("FA-0", None, ["First Aid", "First Aid"]),
        ("od6tHqlqMfj1", None, ["First Aid"]),
        (" od6tHqlqMfj1 ", None, ["First Aid"]),
        ("forklift", None, ["Forklift Theory", "Forklift Licence"]),
        ("forklift", TrainingKind.COURSE, ["Forklift Theory"]),
        ("forklift", TrainingKind.LEARNING_PATH, ["Forklift Licence"]),
        ("", TrainingKind.LEARNING_PATH, ["New Starter", "Forklift Licence", "Managers' Essentials"]),
        ("managers essentials", None, ["Managers' Essentials"]),
        ("安全", None, ["安全培训"]),
    ],
)
async def test_training_is_found_by_part_of_its_name_or_by_code(
    words: str, kind: TrainingKind | None, names: list[str], lookup: Lookup, line: Line
) -> None:
    found = await lookup.trainings(line, words, kind, 20)
    assert ([one.name for one in found.training], found.close) == (names, False)


async def test_no_words_find_all_training(lookup: Lookup, line: Line) -> None:
    found = await lookup.trainings(line, "", None, 5)
    assert (len(found.training), found.total) == (5, 18)


@pytest.mark.parametrize(("words", "near"), [("Forklit", True), ("Basket weaving", False), ("...", False)])
async def test_a_search_that_finds_no_training_shows_the_nearest(
    words: str, near: bool, lookup: Lookup, line: Line
) -> None:
    found = await lookup.trainings(line, words, None, 20)
    assert found.close
    assert bool(found.training) is near
    assert found.total == len(found.training)
