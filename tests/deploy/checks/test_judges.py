"""What others say of the files: linters, schemas, systemd, and the types of Slack's own library."""

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.deploy.checks.conftest import HERE, tool

DEPLOY = HERE / "deploy"
UNIT = DEPLOY / "systemd" / "litmos-chatops.service"
NODE = HERE / ".cache" / "deploy-node"
MOST_EXPOSED = 1.5  # of systemd's 10; an ordinary service has 9.6


@pytest.fixture(scope="session")
def programs() -> Path:
    """The judges from npm, as package-lock.json pins them."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not here")
    source, done = Path(__file__).with_name("node"), NODE / ".done"
    lock = (source / "package-lock.json").read_text()
    if not done.exists() or done.read_text() != lock:
        shutil.rmtree(NODE, ignore_errors=True)
        shutil.copytree(source, NODE)
        subprocess.run(["npm", "--prefix", NODE, "ci", "--silent"], check=True, timeout=300)
        done.write_text(lock)
    return NODE / "node_modules" / ".bin"


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Nothing if they are content."""
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_dockerfile() -> None:
    assert said(tool("hadolint", "--failure-threshold", "info", "deploy/Dockerfile")) == ""


def test_compose() -> None:
    assert said(tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml")) == ""


def test_the_registrys_entry() -> None:
    [schema] = (HERE / ".cache/deploy").rglob("skillsaw/schemas/mcp_registry/v2025_12_11/server.schema.json")
    assert said(tool("check-jsonschema", "--schemafile", schema, "deploy/mcp/server.json")) == ""
    assert said(tool("skillsaw", "lint", "--strict", "deploy/mcp")) == ""


def test_a_bundle_of_the_stdio_server(programs: Path, tmp_path: Path) -> None:
    path = f"{programs}:{os.environ['PATH']}"  # noqa: TID251 - for the child
    bundle = tmp_path / "litmos.mcpb"
    done = subprocess.run(
        [DEPLOY / "mcp" / "pack", bundle], env={"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    assert said(done) == ""
    with zipfile.ZipFile(bundle) as packed:
        names = packed.namelist()
    assert {"manifest.json", "pyproject.toml", "mcp_server/__main__.py", "litmos/settings.py"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests", "deploy"))]


@pytest.mark.parametrize("name", ["socket-mode", "http", "http-several"])
def test_a_slack_manifest(programs: Path, name: str) -> None:
    found = json.loads((DEPLOY / "slack" / f"{name}.json").read_text())
    found["features"].pop("mcp_servers", None)  # newer than Slack's types, as its scope is
    scopes = found["oauth_config"]["scopes"]["bot"]
    scopes[:] = [scope for scope in scopes if scope != "mcp:connect"]
    source = NODE / f"{name}.ts"
    source.write_text(
        'import type { Manifest } from "@slack/web-api/dist/types/request/manifest";\n'
        f"const manifest: Manifest = {json.dumps(found)};\nexport default manifest;\n"
    )
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"]
    done = subprocess.run(
        [programs / "tsc", *options, source], cwd=NODE, capture_output=True, text=True, timeout=60, check=False
    )
    assert said(done) == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_the_service_of_systemd(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    program = tmp_path / "litmos"
    program.touch(mode=0o755)
    unit.write_text(UNIT.read_text().replace("/opt/litmos/bin/litmos", str(program)))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout + done.stderr == ""
    threshold = f"--threshold={MOST_EXPOSED * 10:.0f}"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", threshold, unit],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said(done) == ""
