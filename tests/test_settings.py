"""What the environment says."""

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litmos.errors import Misconfigured
from litmos.settings import Settings

KEY = "8a1c2e3f-SECRET"
SET = {"LITMOS_API_KEY": KEY, "LITMOS_STATE_URL": "sqlite:////tmp/state.sqlite"}


def read(**environ: str) -> Settings:
    return Settings.read(SET | {f"LITMOS_{name}": value for name, value in environ.items()})


def refused(**environ: str) -> str:
    with pytest.raises(Misconfigured) as found:
        read(**environ)
    return str(found.value)


def test_only_the_key_is_required() -> None:
    settings = Settings.read({"LITMOS_API_KEY": KEY})
    assert settings.api_key.get_secret_value() == KEY
    assert settings == Settings(api_key=settings.api_key, state_url=settings.state_url)
    assert settings.base_url == "https://api.litmos.com/v1.svc"
    assert (settings.source, settings.format, settings.requests_per_minute) == ("litmos-chatops", "json", 100)
    assert (settings.timeout_seconds, settings.admins, settings.operator) == (30.0, frozenset(), "")
    assert (settings.read_only, settings.demo) == (False, False)


def test_the_state_is_a_file_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", f"{tmp_path}/a b%20?c")
    expected = f"sqlite:///{tmp_path}/a b%2520%3Fc/litmos-chatops/state.sqlite"
    assert Settings.read({"LITMOS_API_KEY": KEY}).state_url == expected


def test_the_environment_of_the_process_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMOS_API_KEY", KEY)
    monkeypatch.setenv("LITMOS_SOURCE", "tests")
    assert Settings.read().source == "tests"


def test_the_demo_needs_no_key() -> None:
    settings = Settings.read({"LITMOS_DEMO": "1"})
    assert settings.demo and settings.api_key.get_secret_value() == ""


def test_a_missing_key_is_told_with_where_to_find_it() -> None:
    with pytest.raises(Misconfigured) as found:
        Settings.read({})
    assert str(found.value) == (
        "The settings cannot be used:\n"
        "  LITMOS_API_KEY: missing. Litmos shows your key under My Profile & Settings; or set LITMOS_DEMO=true"
    )


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("API_KEY", f"  {KEY}\n", "api_key", KEY),
        ("REGION", "EU", "base_url", "https://api.litmoseu.com/v1.svc"),
        ("REGION", "au", "base_url", "https://api.litmos.com.au/v1.svc"),
        ("REGION", "  ", "base_url", "https://api.litmos.com/v1.svc"),
        ("BASE_URL", "https://api.litmos.com", "base_url", "https://api.litmos.com/v1.svc"),
        ("BASE_URL", "https://api.litmos.com/v1.svc", "base_url", "https://api.litmos.com/v1.svc"),
        ("BASE_URL", "https://api.litmos.com//V1.svc//", "base_url", "https://api.litmos.com/v1.svc"),
        ("BASE_URL", "HTTPS://proxy.example:8443/litmos/", "base_url", "https://proxy.example:8443/litmos/v1.svc"),
        ("BASE_URL", "http://localhost:8000", "base_url", "http://localhost:8000/v1.svc"),
        ("BASE_URL", "http://127.1.2.3:/", "base_url", "http://127.1.2.3/v1.svc"),
        ("BASE_URL", "http://[::1]:8000/", "base_url", "http://[::1]:8000/v1.svc"),
        ("SOURCE", "x" * 50, "source", "x" * 50),
        ("FORMAT", "XML", "format", "xml"),
        ("FORMAT", "json", "format", "json"),
        ("REQUESTS_PER_MINUTE", "0", "requests_per_minute", 0),
        ("REQUESTS_PER_MINUTE", "100000", "requests_per_minute", 100_000),
        ("TIMEOUT_SECONDS", "2.5", "timeout_seconds", 2.5),
        ("STATE_URL", "postgresql://u:p@h/d", "state_url", "postgresql://u:p@h/d"),
        ("ADMINS", " Ada@Example.com, b@x.org\tc@y,,", "admins", frozenset({"ada@example.com", "b@x.org", "c@y"})),
        ("ADMINS", ",", "admins", frozenset()),
        ("OPERATOR", " ada@example.com ", "operator", "ada@example.com"),
        ("QUIET_HOURS", "20-7", "quiet_hours", (20, 7)),
        ("QUIET_HOURS", "None", "quiet_hours", (0, 0)),
        ("QUIET_DAYS", "Fri, sat", "quiet_days", frozenset({4, 5})),
        ("QUIET_DAYS", "none", "quiet_days", frozenset()),
        *(("READ_ONLY", value, "read_only", True) for value in ("true", "1", "YES", "on")),
        *(("DEMO", value, "demo", False) for value in ("False", "0", "no", "off", "")),
    ],
)  # fmt: skip
def test_a_setting_is_read(name: str, value: str, field: str, expected: object) -> None:
    found = getattr(read(**{name: value}), field)
    assert (found.get_secret_value() if field == "api_key" else found) == expected


def test_an_address_wins_over_a_region() -> None:
    assert read(REGION="eu", BASE_URL="https://x.example").base_url == "https://x.example/v1.svc"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("API_KEY", "two words", "Copy it again"),
        ("API_KEY", "sch\u00f6n", "Copy it again"),
        ("API_KEY", "a\nb", "Copy it again"),
        ("REGION", "mars", "Write us, eu, au"),
        ("BASE_URL", "api.example.com", "not an address"),
        ("BASE_URL", "ftp://api.litmos.com", "not an address"),
        ("BASE_URL", "https://", "not an address"),
        ("BASE_URL", "https://[::1", "not an address"),
        ("BASE_URL", "https://host:port", "not an address"),
        ("BASE_URL", "https://a b", "blanks or special characters"),
        ("BASE_URL", "https://a\\b", "blanks or special characters"),
        ("BASE_URL", "https://a\tb", "blanks or special characters"),
        ("BASE_URL", "https://ada:pw@api.litmos.com", "user or password"),
        ("BASE_URL", "https://api.litmos.com/?apikey=1", "query or fragment"),
        ("BASE_URL", "https://api.litmos.com/#", "query or fragment"),
        ("BASE_URL", "http://api.litmos.com", "in the clear"),
        ("BASE_URL", "http://localhost.example.com", "in the clear"),
        ("BASE_URL", "http://10.0.0.1", "in the clear"),
        ("SOURCE", "x" * 51, "at most 50"),
        ("SOURCE", "a\nb", "at most 50"),
        ("FORMAT", "yaml", "json or xml"),
        *(("REQUESTS_PER_MINUTE", value, "1 to 100000") for value in ("-1", "100001", "1_0", "1.5", "\u0661", "x")),
        *(("TIMEOUT_SECONDS", value, "more than 0") for value in ("0", "-1", "nan", "inf", "soon", "3601")),
        ("STATE_URL", "mysql://h/d", "sqlite:////"),
        ("STATE_URL", "sqlite:///", "sqlite:////"),
        ("ADMINS", "ada@x.org, bob, c@y.org", "entry 2 is not an e-mail address"),
        ("ADMINS", "ada bob", "entries 1, 2 are not an e-mail address"),
        ("OPERATOR", "a\x00b", "not printable"),
        *(("QUIET_HOURS", value, "Write 18-8") for value in ("18", "18-24", "-8", "8pm-8am", "\u0661-8")),
        *(("QUIET_DAYS", value, "Write sat,sun") for value in ("caturday", "mon,tue,wed,thu,fri,sat,sun")),
        ("READ_ONLY", "maybe", "Write true or false"),
        ("DEMO", "2", "Write true or false"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_what_to_write_and_never_repeated(name: str, value: str, says: str) -> None:
    message = refused(**{name: value})
    assert f"\n  LITMOS_{name}: " in message and says in message
    assert len(value) <= len("sqlite:///") or value not in message


@pytest.mark.parametrize(
    ("name", "closest"),
    [("APIKEY", "LITMOS_API_KEY"), ("READONLY", "LITMOS_READ_ONLY"), ("STATE", "LITMOS_STATE_URL"), ("", "LITMOS_")],
)
def test_an_unknown_setting_is_named_with_the_closest_known(name: str, closest: str) -> None:
    message = refused(**{name: KEY})
    assert f"\n  LITMOS_{name}: not a setting of Litmos ChatOps. Did you mean {closest}" in message
    assert KEY not in message


@pytest.mark.parametrize(
    "name",
    [
        "LITMOS_PORT",
        "LITMOS_MCP_PORT_80_TCP_ADDR",
        "LITMOS_MCP_SERVICE_HOST",
        "LITMOS_SERVICE_PORT_HTTP",
        "LITMOSX",
        "OTHER",
    ],
)
def test_what_kubernetes_and_others_set_is_no_trouble(name: str) -> None:
    assert Settings.read(SET | {name: "tcp://10.0.0.1:80"}) == Settings.read(SET)


def test_all_problems_are_told_at_once_one_a_line() -> None:
    with pytest.raises(Misconfigured) as found:
        Settings.read({"LITMOS_REGON": "eu", "LITMOS_FORMAT": "csv", "LITMOS_DEMO": "x", "LITMOS_\nX": "1"})
    lines = [line.partition(":")[0] for line in str(found.value).splitlines()]
    assert lines == [
        "The settings cannot be used", "  LITMOS_API_KEY", "  LITMOS_FORMAT", "  LITMOS_DEMO", "  LITMOS_?X",
        "  LITMOS_REGON",
    ]  # fmt: skip


def test_nothing_secret_is_shown() -> None:
    settings = read(STATE_URL="postgresql://u:hunter2@h/d")
    shown = f"{settings!r} {settings}"
    assert KEY not in shown and "hunter2" not in shown and "base_url='https" in shown


def test_reading_good_settings_imports_nothing_it_does_not_need() -> None:
    script = (
        "import sys; from litmos.settings import Settings\n"
        "Settings.read({'LITMOS_API_KEY': 'x', 'LITMOS_STATE_URL': 'sqlite:///x'})\n"
        "print([name for name in ('platformdirs', 'rapidfuzz', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == "[]\n"


NAMES = [
    "API_KEY", "BASE_URL", "REGION", "SOURCE", "FORMAT", "REQUESTS_PER_MINUTE", "TIMEOUT_SECONDS", "STATE_URL",
    "ADMINS", "OPERATOR", "READ_ONLY", "DEMO", "APIKEY", "X",
]  # fmt: skip
values = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["true", "0", "eu", "xml", "100", "2.5", "a@b.c", "sqlite:///x"]),
    st.builds(str.__add__, st.sampled_from(["https://", "http://", "https://u:p@", "http://[", ""]), st.text()),
)  # fmt: skip
hidden = st.builds("{}zqSECRETqz{}".format, st.text(max_size=5), st.text(max_size=5))


@pytest.mark.parser
@given(environ=st.dictionaries(st.sampled_from(NAMES).map("LITMOS_{}".format), values | hidden))
def test_any_environment_gives_settings_or_a_message_without_any_value(environ: dict[str, Any]) -> None:
    settings, message = None, ""
    try:
        settings = Settings.read({"LITMOS_STATE_URL": "sqlite:///x"} | environ)
    except Misconfigured as error:
        message = str(error)
    assert "zqSECRETqz" not in message
    assert all(line.startswith("  LITMOS_") for line in message.splitlines()[1:])
    if settings is not None:
        assert settings.base_url.startswith(("https://", "http://")) and settings.base_url.endswith("/v1.svc")
        assert math.isfinite(settings.timeout_seconds) and settings.timeout_seconds > 0
        assert settings.demo or settings.api_key


def test_where_the_state_is_can_be_read_without_a_key_and_beside_wrong_settings() -> None:
    assert Settings.read_state_url({"LITMOS_STATE_URL": "sqlite:////x", "LITMOS_REGION": "mars"}) == "sqlite:////x"


def test_without_a_setting_the_state_is_where_all_settings_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert Settings.read_state_url({}) == Settings.read({"LITMOS_DEMO": "1"}).state_url


@pytest.mark.parametrize("name", ["LITMOS_STATE_URL", "LITMOS_STATE_ULR"])
def test_a_wrong_or_misspelt_place_of_the_state_is_told_and_never_repeated(name: str) -> None:
    with pytest.raises(Misconfigured, match="LITMOS_STATE_URL") as found:
        Settings.read_state_url({name: "mysql://ada:hunter2@host"})
    assert "hunter2" not in str(found.value)


@pytest.mark.parametrize("value", ["ask", "person", "client", "Person"])
def test_how_changes_are_confirmed_is_one_of_three(value: str) -> None:
    assert Settings.read({"LITMOS_DEMO": "true", "MCP_CONFIRMATION": value}).confirmation == value.casefold()


def test_another_way_to_confirm_is_refused() -> None:
    with pytest.raises(Misconfigured, match="MCP_CONFIRMATION: unknown"):
        Settings.read({"LITMOS_DEMO": "true", "MCP_CONFIRMATION": "yes"})


@pytest.mark.parametrize(("value", "wanted"), [("true", True), ("no", False), ("", False)])
def test_assistants_get_pseudonyms_only_if_asked_for(value: str, wanted: bool) -> None:
    assert Settings.read({"LITMOS_DEMO": "true", "MCP_PSEUDONYMS": value}).pseudonyms is wanted


def test_secrets_of_webhooks_are_long_and_may_be_several() -> None:
    first, second = "a" * 32, "B_-9" * 12
    settings = read(WEBHOOK_SECRETS=f"{first}, {second} {first}")
    assert [one.get_secret_value() for one in settings.webhook_secrets] == [first, second]
    assert first not in repr(settings)
    assert read().webhook_secrets == ()
    said = refused(WEBHOOK_SECRETS=f"{first}, {'b' * 31}, {'c' * 40}/x")
    assert "LITMOS_WEBHOOK_SECRETS: entries 2, 3 are not 32 or more letters" in said
    assert "token_urlsafe" in said and "bbbb" not in said and "cccc" not in said


def test_digests_have_a_time_in_a_time_zone_or_are_off() -> None:
    assert (read().digest_cron, read().time_zone) == ("0 8 * * 1", "UTC")
    settings = read(DIGEST_CRON="30 7 * * MON-FRI", TIME_ZONE="Europe/Amsterdam")
    assert (settings.digest_cron, settings.time_zone) == ("30 7 * * MON-FRI", "Europe/Amsterdam")
    assert read(DIGEST_CRON="Off").digest_cron is None


@pytest.mark.parametrize("cron", ["weekly", "0 8 * *", "0 8 * * 1 *", "61 8 * * 1", "0 8 * * 9", "0 8 * * 1; ls"])
def test_what_is_no_cron_is_refused_at_the_start(cron: str) -> None:
    said = refused(DIGEST_CRON=cron)
    assert "LITMOS_DIGEST_CRON: not five fields of cron. Write 0 8 * * 1" in said and cron not in said.split("Write")[0]


@pytest.mark.parametrize("zone", ["Mars/Phobos", "../../etc/passwd", "/etc/passwd", "Europe", "\0"])
def test_what_is_no_time_zone_is_refused_at_the_start(zone: str) -> None:
    assert "LITMOS_TIME_ZONE: an unknown time zone. Write it like Europe/Amsterdam" in refused(TIME_ZONE=zone)
