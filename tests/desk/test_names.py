"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litmos.desk.names import contains, nearest, plain

SPELLINGS = [
    ("Björn Ångström", "bjorn angstrom"),
    ("BJO\N{COMBINING DIAERESIS}RN", "bjorn"),
    ("Tomás Núñez", "tomas nunez"),
    ("Søren Kjærgård", "soren kjaergard"),
    ("Łukasz Wałęsa", "lukasz walesa"),
    ("Weiß", "weiss"),
    ("WEIẞ", "weiss"),
    ("Đorđe", "dorde"),
    ("Œuvre", "oeuvre"),
    ("Þór", "thor"),
    ("İbrahim Y\N{LATIN SMALL LETTER DOTLESS I}ld\N{LATIN SMALL LETTER DOTLESS I}z", "ibrahim yildiz"),
    ("Zoë O'Brien", "zoe obrien"),
    ("O\N{RIGHT SINGLE QUOTATION MARK}Brien", "obrien"),
    ("O\N{LEFT SINGLE QUOTATION MARK}Brien", "obrien"),
    ("O\N{MODIFIER LETTER APOSTROPHE}Brien", "obrien"),
    ("O\N{ACUTE ACCENT}Brien", "obrien"),
    ("O`Brien", "obrien"),
    ("Smith-Jones, Ann-Marie", "smith jones ann marie"),
    ('Anti-Bribery "Gifts" Policy', "anti bribery gifts policy"),
    ("Fire & Safety", "fire safety"),
    ("  Ada \t Marsh\n", "ada marsh"),
    ("Ada\N{NO-BREAK SPACE}Marsh", "ada marsh"),
    ("安全培训", "安全培训"),
    ("What's Your Pitch? 🎯", "whats your pitch? 🎯"),
    ("№ \N{FULLWIDTH DIGIT FIVE}", "no 5"),
    ("--", ""),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "same"), SPELLINGS, ids=[str(number) for number in range(len(SPELLINGS))])
def test_case_accents_and_punctuation_make_no_difference(typed: str, same: str) -> None:
    assert plain(typed) == same


@given(st.text())
def test_a_plain_name_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_a_plain_name_has_single_spaces_and_none_around_it(text: str) -> None:
    assert plain(text) == " ".join(plain(text).split())


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F)))
def test_case_makes_no_difference_to_latin_letters(text: str) -> None:
    assert plain(text.lower()) == plain(text.upper().lower())


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("ada marsh", "marsh ada", True),
        ("ada marsh", "mar", True),
        ("ada marsh", "ada lee", False),
        ("ada marsh", "", True),
        ("", "ada", False),
    ],
)
def test_every_word_has_to_be_in_the_text(text: str, words: str, found: bool) -> None:
    assert contains(text, words) is found


PEOPLE = {"1": "ada marsh", "2": "sam lee", "3": "joanna brandt", "4": "ann lee", "5": "oleksandr shevchenko"}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Ada Mrash", "1"),
        ("ada march", "1"),
        ("Marsh, Ada", "1"),
        ("Shevchenco", "5"),
        ("Joana Brand", "3"),
    ],
)
def test_the_nearest_name_comes_first(typed: str, first: str) -> None:
    assert nearest(typed, PEOPLE)[0] == first


@pytest.mark.parametrize("typed", ["Zebulon Quux", "???", "", "安全"])
def test_another_name_is_not_near(typed: str) -> None:
    assert nearest(typed, PEOPLE) == []


def test_a_short_word_is_not_found_inside_longer_names() -> None:
    assert "3" not in nearest("ann", PEOPLE)


def test_no_more_names_are_suggested_than_wanted_and_none_twice() -> None:
    crowd = {str(number): "ada marsh" for number in range(20)}
    assert len(set(nearest("ada marsh", crowd, 3))) == len(nearest("ada marsh", crowd, 3)) == 3
