"""Texts of the Desk made fit for a model: whatever people are called, they are found where the Desk has named them."""

from hypothesis import given
from hypothesis import strategies as st

from litmos.desk.names import quoted, shown
from litmos.desk.naming import ByName, ByPseudonym
from litmos.desk.pseudonyms import PSEUDONYM, Pseudonyms
from litmos.desk.seen import Seen
from litmos.model import AccessLevel, Person

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs"])
NAMES = st.text(LETTERS, min_size=1, max_size=120)
ADDRESSES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="(),“”"), min_size=1)


def person(number: int, first: str, last: str, email: str, user_name: str) -> Person:
    return Person(f"id{number}", user_name, first, last, email, active=True, access_level=AccessLevel.LEARNER)


def pseudonyms() -> Pseudonyms:
    made = Pseudonyms(None)
    made._key = b"of the tests"
    return made


def label(one: Person) -> str:
    """As the lookup's errors write somebody."""
    return f"{quoted(one.name)} ({shown(one.email)}, user name {shown(one.user_name)}, id {one.id})"


@given(first=NAMES, last=NAMES, email=ADDRESSES, user_name=ADDRESSES)
def test_nobody_is_named_in_a_text_with_pseudonyms(first: str, last: str, email: str, user_name: str) -> None:
    one = person(1, first, last, email, user_name)
    seen, made = Seen(), pseudonyms()
    seen.note((one,))
    told = ByPseudonym(seen, made).text(f"Before {label(one)}, after.")
    if quoted(one.name) != "“”" and not seen.named("") and seen.named(quoted(one.name)[1:-1]):
        assert told == f"Before “{made.of('id1')}” (id id1), after."
        assert PSEUDONYM.fullmatch(made.of("id1"))


@given(first=NAMES, last=NAMES, email=ADDRESSES, user_name=ADDRESSES)
def test_without_them_addresses_are_left_out(first: str, last: str, email: str, user_name: str) -> None:
    one = person(1, first, last, email, user_name)
    seen = Seen()
    seen.note(one)
    told = ByName(seen).text(f"Before {label(one)}, after.")
    if seen.named(quoted(one.name)[1:-1]):
        assert told == f"Before {quoted(one.name)} (id id1), after."


def test_namesakes_are_told_apart_by_what_stands_beside_their_names() -> None:
    people = [person(number, "Sam", "Lee", f"sam{number}@example.com", f"sam{number}") for number in (1, 2)]
    seen, made = Seen(), pseudonyms()
    seen.note(tuple(people))
    text = f"'sam lee' could be 2: {label(people[0])}; {label(people[1])}; “Sam Lee” is somewhere, (sam2@example.com)."
    assert ByPseudonym(seen, made).text(text) == (
        f"'somebody' could be 2: “{made.of('id1')}” (id id1); “{made.of('id2')}” (id id2); "
        f"“somebody” is somewhere, ({made.of('id2')})."
    )
    assert ByName(seen).text(text) == text


def test_other_names_in_quotes_stay_what_they_are() -> None:
    seen, made = Seen(), pseudonyms()
    seen.note(person(1, "Ada", "Marsh", "ada@example.com", "ada"))
    text = "“First Aid” (FA-01) of nobody@example.com, 'First Aid', it's ada"
    assert ByPseudonym(seen, made).text(text) == ByName(seen).text(text) == text
    assert ByPseudonym(seen, made).text("ADA@example.com.") == f"{made.of('id1')}."
