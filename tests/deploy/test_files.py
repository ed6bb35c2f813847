"""What deploy/ says of the program is true: commands, settings, versions. make test-deploy judges the rest."""

import re
import shlex
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot.settings
import litmos.settings
import mcp_server.settings
from bot.settings import SlackSettings
from litmos.cli import _parser
from litmos.environment import with_files
from litmos.serving import GRACE
from litmos.settings import Settings
from mcp_server.settings import HttpSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
SERVE = 8712
MINE = re.compile(r"^#?((?:LITMOS|SLACK|MCP)_[A-Z_]+)=(.*)$", re.MULTILINE)


def read(name: str) -> Any:
    """A file of YAML, which JSON is, too."""
    return yaml.safe_load((DEPLOY / name).read_text())


def known() -> set[str]:
    """Every setting that the programs read, and the files of secrets."""
    sources = [
        Path(str(module.__file__)).read_text() for module in (litmos.settings, bot.settings, mcp_server.settings)
    ]
    return set(with_files(re.findall(r'"((?:LITMOS|SLACK|MCP)_[A-Z_]+[A-Z])"', "".join(sources))))


def unit() -> dict[str, list[str]]:
    """The settings of the systemd unit."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd" / "litmos-chatops.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def test_the_example_of_settings_has_all_of_them_and_no_others() -> None:
    named = {name for name, _ in MINE.findall((DEPLOY / "env.example").read_text())}
    assert named == {name for name in known() if not name.endswith("_FILE")}


def test_the_example_of_settings_can_be_used_once_its_blanks_are_filled_in() -> None:
    text = (DEPLOY / "env.example").read_text()
    given = {name: value for name, value in MINE.findall(text) if f"#{name}=" not in text}
    blanks = {"LITMOS_API_KEY": "x", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    blanks |= {"MCP_RESOURCE_URL": "https://x.example/mcp", "MCP_ISSUER_URL": "https://y.example"}
    for read_all in (Settings.read, SlackSettings.read, HttpSettings.read):
        assert read_all(given | blanks) == read_all(blanks), "the example tells the defaults"


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_compose_starts_commands_that_there_are(command: str) -> None:
    words = read("compose.yaml")["services"][command].get("command", ["litmos", "serve", "--host", "0.0.0.0"])  # noqa: S104 - as the image
    assert words[0] == "litmos"
    _parser().parse_args(words[1:])  # or it would end the test


def test_compose_refers_only_to_what_it_has() -> None:
    """A schema does not see that."""
    found = read("compose.yaml")
    for name, service in found["services"].items():
        assert set(service.get("networks", [])) <= found["networks"].keys(), name
        assert set(service.get("depends_on", {})) <= found["services"].keys(), name
        assert set(service.get("secrets", [])) <= found["secrets"].keys(), name
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= found["volumes"].keys(), name
        files = {value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")}
        assert files == {f"/run/secrets/{one}" for one in service.get("secrets", [])}, name


def test_compose_names_settings_that_there_are_and_keeps_secrets_and_the_database_to_itself() -> None:
    services = read("compose.yaml")["services"]
    for name in ("serve", "migrate"):
        assert services[name]["environment"].keys() <= known()
        assert services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"]
    assert "ports" not in services["postgres"] and services["postgres"]["networks"] == ["inside"]
    assert read("compose.yaml")["networks"]["inside"] == {"internal": True}
    assert services["serve"]["ports"] == [f"127.0.0.1:{SERVE}:{SERVE}"]


def test_the_service_of_systemd_starts_commands_that_there_are() -> None:
    for line in [*unit()["ExecStartPre"], *unit()["ExecStart"]]:
        program, *words = shlex.split(line)
        assert program == "/opt/litmos/bin/litmos"
        _parser().parse_args(words)  # or it would end the test


def test_the_service_of_systemd_gives_its_secrets_as_files_to_settings_that_there_are() -> None:
    environment = dict(pair.split("=", 1) for line in unit()["Environment"] for pair in line.split())
    secrets = {name: value for name, value in environment.items() if name.endswith("_FILE")}
    assert secrets and secrets.keys() <= known()
    assert set(secrets.values()) == {f"%d/{one.split(':')[0]}" for one in unit()["LoadCredential"]}


def test_everybody_waits_long_enough_for_what_is_under_way() -> None:
    """Requests end first, then the bot's messages, each within the grace."""
    enough = 2 * GRACE
    assert int(unit()["TimeoutStopSec"][0]) > enough
    assert int(read("compose.yaml")["services"]["serve"]["stop_grace_period"].removesuffix("s")) > enough
    assert read("chart/values.yaml")["terminationGracePeriodSeconds"] > enough + 5  # the chart's pods wait before
    assert read("chart/values.schema.json")["properties"]["terminationGracePeriodSeconds"]["minimum"] > enough + 5


def test_the_ingress_leads_to_everything_that_is_served_but_the_health_checks() -> None:
    root = DEPLOY.parent
    sources = "".join((root / name).read_text() for name in ("bot/serve.py", "litmos/webhooks.py", "litmos/serving.py"))
    routes = set(re.findall(r'Route\("([^"]+)"', sources))
    paths = tuple(read("chart/values.yaml")["ingress"]["paths"])
    assert {route for route in routes if not route.startswith(paths)} == {"/healthz", "/readyz"}
    assert {"/mcp", "/.well-known"} <= set(paths)


def test_the_registry_and_the_bundle_name_settings_that_there_are() -> None:
    [package] = read("mcp/server.json")["packages"]
    bundle = read("mcp/manifest.json")
    assert {one["name"] for one in package["environmentVariables"]} <= known()
    given = bundle["server"]["mcp_config"]["env"]
    assert given.keys() <= known()
    assert set(given.values()) == {f"${{user_config.{name}}}" for name in bundle["user_config"]}
    secret = {one["name"] for one in package["environmentVariables"] if one.get("isSecret")}
    assert secret == {"LITMOS_API_KEY"} and bundle["user_config"]["api_key"]["sensitive"]


def test_the_page_about_deployment_names_commands_settings_and_files_that_there_are() -> None:
    page = (DEPLOY.parent / "docs" / "deployment.md").read_text()
    commands = re.findall(r"(?:`|/opt/litmos/bin/)litmos( [^`\n]+)", page)
    assert len(commands) > 10
    for words in commands:
        _parser().parse_args(shlex.split(words.replace(" HASH", f" {'0' * 64}")))
    settings = set(re.findall(r"\b((?:LITMOS|SLACK|MCP)_[A-Z_]+[A-Z])\b", page))
    assert settings - known() == set()
    files = set(re.findall(r"\b(deploy/[a-zA-Z./_-]*[a-zA-Z])", page))
    made = {"deploy/settings.env", *(file for file in files if file.startswith("deploy/secrets"))}
    assert {file for file in files - made if not (DEPLOY.parent / file).exists()} == set()


def test_every_file_is_of_this_version() -> None:
    ours = version("litmos-chatops")
    as_semver = re.sub(r"\.(dev|rc)", r"-\1.", ours)
    server = read("mcp/server.json")
    assert [one["version"] for one in server["packages"]] == [ours]
    assert read("chart/Chart.yaml")["appVersion"] == ours
    assert server["version"] == read("mcp/manifest.json")["version"] == read("chart/Chart.yaml")["version"] == as_semver


def test_what_registries_start_is_a_program_of_ours() -> None:
    """`uvx NAME` runs the program of that name."""
    [package] = read("mcp/server.json")["packages"]
    text = (DEPLOY.parent / "pyproject.toml").read_text()
    assert f'\n{package["identifier"]} = "mcp_server.__main__:main"' in text
    assert read("mcp/manifest.json")["server"]["mcp_config"]["args"][-1] == "litmos-mcp"
