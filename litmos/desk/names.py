"""Names compared as people type them: without case, accents and punctuation, and with the nearest ones suggested."""

import unicodedata
from collections.abc import Mapping

__all__ = ["contains", "harmless", "nearest", "plain", "quoted", "shown"]

# Letters that no decomposition takes apart, and marks that separate.
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "þ": "th"}
    | dict.fromkeys('.,-_/&()[]:;"“”„', " ")
)
# Removed before anything is decomposed: the acute accent would become a blank and an accent.
APOSTROPHES = str.maketrans(
    dict.fromkeys(
        "'`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{ACUTE ACCENT}",
        "",
    )
)
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # controls, directions, joiners, private ones
QUOTES = str.maketrans("“”„", "'''")  # inside of quotes they would end them
FORMULA = frozenset("=+-@\t\r\n")  # what a spreadsheet would calculate
SHORT = 3
LEAST = 70  # of 100; below it, suggestions look like another name


def harmless(cell: str) -> str:
    """A cell that a spreadsheet takes for text: a formula could send the sheet away. Wide forms (U+FF1D) count too."""
    return f"'{cell}" if unicodedata.normalize("NFKC", cell[:1])[:1] in FORMULA and cell else cell


def plain(text: str) -> str:
    """One spelling for all: no case, no accents, no punctuation, single spaces."""
    bare = _bare(_bare(text.translate(APOSTROPHES)))  # twice: some letters have a case only once decomposed
    return " ".join(bare.translate(LETTERS).translate(APOSTROPHES).split())


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def contains(plain_text: str, plain_words: str) -> bool:
    """Whether every word of one is part of the other."""
    return all(word in plain_text for word in plain_words.split())


def nearest(typed: str, names: Mapping[str, str], most: int = 5) -> list[str]:
    """Keys of the names (given plain) that are nearest to what was typed, best first."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only when nothing matched

    words = plain(typed)
    whole = process.extract(words, names, scorer=fuzz.token_sort_ratio, limit=most, score_cutoff=LEAST)
    # One word of a long name; short ones are part of too many others ("ann" of "joanna").
    part = process.extract(words, names, scorer=fuzz.partial_ratio, limit=most, score_cutoff=LEAST + 10)
    ranked = sorted([*whole, *(part if len(words) > SHORT else [])], key=lambda hit: -hit[1])
    return list(dict.fromkeys(str(key) for _, _, key in ranked))[:most]


def shown(text: str, most: int = 90) -> str:
    """Somebody's text as one line of ours: no line breaks, no invisible letters that turn or hide what follows."""
    letters = text if text.isascii() and text.isprintable() else _without_hidden(text)  # most names are
    visible = " ".join(letters.split())
    return visible if len(visible) <= most else visible[: most - 1] + "…"


def _without_hidden(text: str) -> str:
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in HIDDEN)


def quoted(text: str, most: int = 90) -> str:
    """Somebody's text inside a sentence of ours, where it begins and ends beyond doubt."""
    return f"“{shown(text, most).translate(QUOTES)}”"
