"""Whatever others write (settings, Slack, tokens, arguments, keys, files), a parser gives a value or says no in words.

The parsers of what Litmos answers are in tests/api/test_fuzz.py, of what people type in tests/bot/test_parse.py.
"""

import base64
import csv
import io
import json
import unicodedata
from argparse import ArgumentTypeError
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client
from pydantic import TypeAdapter, ValidationError

from bot import forms, views
from bot.identity import Who
from bot.parse import Command, Group, Mention, Named, Segment, Verb
from bot.questions import Question
from bot.settings import SlackSettings
from litmos.cli import _since
from litmos.commands.audit_formats import write_csv, write_jsonl, write_table
from litmos.commands.check_page import masked
from litmos.desk.desk import Desk
from litmos.desk.names import FORMULA, harmless
from litmos.desk.pseudonyms import Pseudonyms
from litmos.errors import Invalid, LitmosError, Misconfigured, NotFound, Unavailable
from litmos.findings import clock_against
from litmos.settings import Settings
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit, Entry
from litmos.store.place import place_of
from litmos.store.proposals import ProposalRefused, Proposals
from litmos.store.state import State
from litmos.wiring import open_desk
from mcp_server.arguments import Cursor, Limit, People, Person, Training
from mcp_server.bearer import Bearer
from mcp_server.hosts import is_loopback, only_ours
from mcp_server.keys import Keys, _is_safe, _usable
from mcp_server.server import create_server
from mcp_server.settings import HttpSettings, _is_address
from mcp_server.slackbot import _caller
from mcp_server.tables import page

ISSUER = "https://login.example.com"
MARK = "zqSECRETqz"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
words = st.text(st.characters(codec="utf-8"), max_size=30)
secret = st.builds("{}{}{}".format, st.text(max_size=5), st.just(MARK), st.text(max_size=5))


def told(error: LitmosError) -> None:
    """In words, without the value."""
    assert str(error) and MARK not in str(error)


SLACK = [
    "BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_KEYS", "TEAMS", "MCP_URL",
    "API_URL", "COMMAND", "EMAIL_DOMAINS", "PORT", "REDIRECT_URL",
]  # fmt: skip
MCP = ["RESOURCE_URL", "ISSUER_URL", "JWKS_URL", "JWT_ALGORITHMS", "REQUEST_STATE_KEYS"]
addresses = st.builds(str.__add__, st.sampled_from(["https://", "http://", "https://u:p@", "http://[", ""]), words)


@pytest.mark.parser
@given(
    st.dictionaries(
        st.sampled_from(SLACK).map("SLACK_{}".format), secret | words | st.just("xoxb-1") | st.just("xapp-1")
    )
)
def test_any_slack_settings_are_used_or_named_without_their_value(environ: dict[str, str]) -> None:
    try:
        found = SlackSettings.read(environ)
    except Misconfigured as error:
        told(error)
        return
    assert found.bot_token or found.installing
    assert found.app_token or found.signing_secret


@pytest.mark.parser
@given(
    st.dictionaries(st.sampled_from(MCP).map("MCP_{}".format), secret | words | addresses | st.just("RS256,HS256")),
    st.integers(1, 3),
)
def test_any_http_settings_are_used_or_named_without_their_value(environ: dict[str, str], workers: int) -> None:
    try:
        found = HttpSettings.read(environ, workers=workers)
    except Misconfigured as error:
        told(error)
        return
    assert not any(one.startswith("HS") or one == "none" for one in found.algorithms)
    for url in (found.resource_url, found.issuer_url, found.jwks_url or found.issuer_url):
        assert url.startswith("https://") or is_loopback(
            url.removeprefix("http://").partition("/")[0].partition(":")[0]
        )


@pytest.mark.parser
@given(st.builds("{}{}{}".format, st.sampled_from(["sqlite:///", "postgresql://a:", "mysql://", ""]), words, secret))
def test_any_address_of_a_state_is_a_place_or_refused_without_repeating_it(url: str) -> None:
    with suppress(Misconfigured):
        Settings.read_state_url({"LITMOS_STATE_URL": url})
    try:
        place = place_of(url)
    except Misconfigured as error:
        told(error)
        return
    assert place.file is not None or "a:" not in str(place)


@pytest.mark.parser
@given(st.text() | st.from_regex(r"[0-9]{1,6}[dhm]?", fullmatch=True) | st.dates().map(str))
def test_any_beginning_of_an_audit_is_a_time_or_refused(typed: str) -> None:
    with suppress(ArgumentTypeError):
        assert isinstance(_since(typed), datetime | timedelta)


entries = st.builds(
    Entry,
    st.integers(1, 99),
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - as hypothesis wants them
    words,
    st.none() | st.integers(1, 9),
    words,
    words,
    st.fixed_dictionaries(
        {}, optional={"actor": anything, "lines": anything | st.lists(anything), "summary": anything, "consent": words}
    ),
    words,
)


@pytest.mark.parser
@given(st.lists(entries, max_size=3))
def test_no_cell_of_an_exported_audit_is_a_formula_whatever_the_rows_hold(rows: list[Entry]) -> None:
    out = io.StringIO()
    write_csv(rows, out)
    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert {len(row) for row in read} == {len(read[0])}
    for cell in (cell for row in read for cell in row):
        assert not (cell and unicodedata.normalize("NFKC", cell[0])[0] in FORMULA)
    lines = io.StringIO()
    write_jsonl(rows, lines)
    assert all(json.loads(line) for line in lines.getvalue().splitlines())
    write_table(rows, set(), io.StringIO())


@pytest.mark.parser
@given(words | words.map("={}".format) | words.map("\N{FULLWIDTH EQUALS SIGN}{}".format))
def test_a_harmless_cell_is_the_same_text(cell: str) -> None:
    assert harmless(cell) in {cell, f"'{cell}"}
    assert harmless(harmless(cell)) == harmless(cell)


@pytest.mark.parser
@given(st.from_regex(r"[\w.+-]{2,20}", fullmatch=True), st.from_regex(r"[a-z]{1,8}\.[a-z]{2,4}", fullmatch=True), words)
def test_no_address_stands_whole_on_the_page_of_a_check(local: str, host: str, before: str) -> None:
    assert f"{local}@{host}" not in masked(f"{before} {local}@{host}")


@pytest.mark.parser
@given(words | st.just("Mon, 23 Nov 2026 10:00:00 GMT"), st.floats(0, 1e11))
def test_any_date_of_an_answer_is_a_time_or_nothing(date: str, now: float) -> None:
    assert len(clock_against("x", date, now)) <= 1


# What Slack delivers. It is signed; still nothing but these errors comes out, and before anything is done.
WRONG = (KeyError, TypeError, ValueError, AttributeError)


@pytest.mark.parser
@given(st.fixed_dictionaries({}, optional={"user": anything, "event": anything, "team": st.dictionaries(words, words)}))
def test_whoever_a_delivery_names_is_text(body: dict[str, Any]) -> None:
    who = Who.of(body)
    assert [type(one) for one in (who.team, who.user)] == [str, str]


names = st.text(min_size=1, max_size=12)
verbs = st.sampled_from([Verb.ASSIGN, Verb.UNASSIGN, Verb.RESET])


@pytest.mark.parser
@given(st.sampled_from(list(Verb)), words, words)
def test_a_question_comes_back_from_behind_its_button(verb: Verb, asked: str, person: str) -> None:
    question = Question(verb, asked, person)
    assert Question.of(question.value) == question


@pytest.mark.parser
@given(words | anything.map(json.dumps) | st.dictionaries(st.sampled_from(["verb", "words"]), anything).map(json.dumps))
def test_any_value_of_a_button_is_a_question_or_none(value: str) -> None:
    try:
        question = Question.of(value)
    except WRONG:
        return
    assert question.verb in Verb


@pytest.mark.parser
@given(
    verbs,
    st.lists(st.from_regex(r"U[A-Z0-9]{1,8}", fullmatch=True).map(Mention), max_size=3),
    st.lists(st.from_regex(r"S[A-Z0-9]{1,8}", fullmatch=True).map(Group), max_size=2),
    words,
    words,
)
def test_a_form_that_is_filled_in_asks_for_what_it_held(
    verb: Verb, people: list[Mention], groups: list[Group], others: str, codes: str
) -> None:
    view = forms.form(Command(verb, (*people, *groups)))
    state = {
        "a": {forms.PEOPLE: {"selected_users": [one.user_id for one in people]}},
        "b": {forms.OTHERS: {"value": others}},
        "c": {forms.TRAINING: {"selected_options": None}},
        "d": {forms.CODES: {"value": codes}},
    }
    found = forms.filled({"private_metadata": view["private_metadata"], "state": {"values": state}})
    assert found.verb is verb and found.people[: len(people) + len(groups)] == (*people, *groups)
    assert all([one.text for one in found.words] + [one.text for one in found.people if isinstance(one, Named)])
    assert found.quiet is False and all(isinstance(one, Segment) for one in found.words)


@pytest.mark.parser
@given(st.builds(dict, private_metadata=words | anything.map(json.dumps), state=st.builds(dict, values=anything)))
def test_any_view_is_read_or_refused_before_anything_is_done(view: dict[str, Any]) -> None:
    for read in (forms.filled, forms.chosen):
        with suppress(*WRONG):
            assert read(view).verb in Verb


@pytest.mark.parser
@given(
    st.dictionaries(
        words | words.map("word:{}".format),
        st.dictionaries(st.sampled_from(["word", "x"]), st.builds(dict, value=st.none() | words)),
    )
)
def test_a_word_that_is_wanted_is_never_taken_as_typed(state: dict[str, Any]) -> None:
    block, wanted, typed = views.typed_word(state)
    assert block in {"", f"word:{wanted}"}
    assert typed == "" or typed in {str(one.get("word", {}).get("value")).strip() for one in state.values()}


@pytest.mark.parser
@given(
    anything
    | st.builds(dict, _meta=st.builds(dict, slack=anything | st.builds(dict, team_id=anything, user_id=anything)))
)
def test_slackbot_is_somebody_with_two_names_or_nobody(params: Any) -> None:
    found = _caller(params if isinstance(params, dict) else None)
    assert found is None or [type(one) for one in found if one] == [str, str]


# Tokens and keys of the login service.
parts = anything.map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode())
heads = st.fixed_dictionaries(
    {"alg": st.sampled_from(["none", "HS256", "RS256", "ES256", "EdDSA", "", "rs256"]) | anything},
    optional={"kid": st.text(max_size=5) | anything, "crit": anything, "b64": anything, "jwk": anything, "jku": words},
).map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode())


@pytest.mark.parser
@given(st.text(max_size=60) | st.builds("{}.{}.{}".format, heads | parts, parts, st.sampled_from(["", "AAAA"]) | words))
def test_no_token_that_nobody_signed_is_good(token: str) -> None:
    async def fetch(_: str) -> Any:
        return {
            "keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]
        }

    http = HttpSettings(resource_url="https://litmos.example.com/mcp", issuer_url=ISSUER, jwks_url=f"{ISSUER}/jwks")
    bearer = Bearer(http, Keys(ISSUER, http.jwks_url, fetch))
    assert anyio.run(bearer.verify_token, token) is None


@pytest.mark.parser
@given(
    anything
    | st.builds(
        dict,
        keys=anything
        | st.lists(
            st.fixed_dictionaries(
                {"kty": st.sampled_from(["RSA", "EC", "oct", "OKP"])},
                optional={"use": words, "n": words, "e": words, "crv": words, "x": words, "alg": anything, "k": words},
            )
        ),
    )
)
def test_any_answer_where_keys_should_be_gives_keys_that_are_no_shared_secrets_or_none(answer: Any) -> None:
    try:
        keys = _usable(answer)
    except Unavailable:
        return
    assert keys and all(key.key_type != "oct" for key in keys)


@pytest.mark.parser
@given(
    addresses
    | st.sampled_from(["http://169.254.169.254/", "http://localhost.evil/", "file:///etc/passwd", "http://127.1/"])
)
def test_keys_are_fetched_over_tls_or_from_this_machine(address: str) -> None:
    if _is_safe(address):
        assert address.lower().startswith("https://") or address.lower().startswith(
            ("http://localhost", "http://127.", "http://[")
        )


@pytest.mark.parser
@given(addresses, words)
def test_any_names_of_hosts_make_a_list_that_is_never_open(url: str, listening: str) -> None:
    if _is_address(url):
        found = only_ours(url, listening)
        assert "*" not in found.allowed_hosts and "*" not in found.allowed_origins


# Arguments of tools.
ARGUMENTS = TypeAdapter(tuple[Person, Limit, Cursor, People, Training])


@pytest.mark.parser
@given(st.tuples(anything, anything, anything, anything, anything) | anything)
def test_any_arguments_are_within_bounds_or_refused(given_ones: Any) -> None:
    try:
        person, limit, cursor, people, training = ARGUMENTS.validate_python(given_ones)
    except ValidationError:
        return
    assert 1 <= len(person) <= 255 and 1 <= limit <= 200 and len(cursor) <= 20
    assert 1 <= len(people) <= 1000 and 1 <= len(training) <= 50


@pytest.mark.parser
@given(st.text(max_size=20) | st.integers().map(str), st.integers(1, 200), st.integers(0, 30))
def test_any_cursor_is_a_page_or_refused(cursor: str, limit: int, rows: int) -> None:
    with suppress(Invalid):
        found = page(range(rows), cursor, limit, str)
        assert list(found.rows) == list(range(int(cursor or 0), int(cursor or 0) + len(found.rows)))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    folder = tmp_path_factory.mktemp("fuzz")
    with closing(State(f"sqlite:///{folder / 'state.sqlite'}")) as state:
        yield state


@pytest.mark.parser
@given(st.text(max_size=30) | st.from_regex(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", fullmatch=True), words)
async def test_no_key_that_is_made_up_opens_a_proposal(state: State, key: str, owner: str) -> None:
    with pytest.raises(ProposalRefused):
        await Proposals(state).find(key, owner)


@pytest.mark.parser
@given(words, words, words)
async def test_any_filter_finds_rows_or_none(state: State, person: str, training: str, operation: str) -> None:
    assert await Audit(state).search(person=person, training=training, operation=operation) == []


@pytest.mark.parser
@given(st.text(max_size=30) | st.from_regex(r"person [2-7a-zA-Z]{5}-[2-7a-zA-Z]{5}", fullmatch=True))
async def test_what_looks_like_a_pseudonym_is_somebody_nobody_or_a_name(state: State, typed: str) -> None:
    with suppress(NotFound):
        assert await Pseudonyms(Aliases(state)).meant(typed) == typed


# Whole tools: a handful of examples each, because each is a conversation.
@asynccontextmanager
async def demo_desk() -> AsyncIterator[Desk]:
    async with open_desk(Settings.read({"LITMOS_DEMO": "true", "LITMOS_REQUESTS_PER_MINUTE": "0"})) as desk:
        yield desk


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(st.sampled_from(["person", "course", "people", "query", "job", "key", "x"]), anything), max_size=4
    )
)
async def test_any_arguments_of_any_tool_are_answered(pairs: list[tuple[str, Any]]) -> None:
    sent = json.loads(json.dumps(dict(pairs)).replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0"))
    async with Client(create_server(demo_desk)) as client:
        for tool in (await client.list_tools()).tools:
            answer = await client.call_tool(tool.name, sent)
            text = "".join(getattr(one, "text", "") for one in answer.content)
            assert ("Traceback" not in text and "Error executing" not in text.partition("\n")[0]) or answer.is_error
