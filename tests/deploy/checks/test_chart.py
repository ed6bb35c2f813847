"""The chart: what it makes is valid for Kubernetes, holds to what the image promises, and refuses what cannot work."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.checks.conftest import HERE, tool

POSTGRESQL: dict[str, Any] = {}
SQLITE = {"secret": {"keys": ["LITMOS_API_KEY", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]}}
SEVERAL = {
    "replicas": 3,
    "image": {"digest": f"sha256:{'a' * 64}"},
    "imagePullSecrets": [{"name": "registry"}],
    "secret": {"name": "theirs", "keys": ["LITMOS_API_KEY", "LITMOS_STATE_URL", "MCP_REQUEST_STATE_KEYS"]},
    "settings": {"MCP_RESOURCE_URL": "https://litmos.example.com/mcp", "LITMOS_READ_ONLY": True, "SLACK_PORT": 3000},
    "ingress": {"enabled": True, "host": "litmos.example.com", "className": "nginx", "tlsSecret": "tls"},
    "networkPolicy": {"from": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}]},
    "podAnnotations": {"a": "b"},
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
}
ALL = {"postgresql": POSTGRESQL, "sqlite": SQLITE, "several": SEVERAL}


def render(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What is wrong, and what the chart makes of the values."""
    done = subprocess.run(
        [HERE / ".cache/deploy/bin/python", Path(__file__).with_name("render.py")],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stderr, json.loads(done.stdout or "{}")


def objects(values: dict[str, Any]) -> dict[str, Any]:
    """The Kubernetes objects, by kind."""
    wrong, made = render(values)
    assert wrong == ""
    texts = [text for name, text in made["files"].items() if name.endswith(".yaml")]
    found = [one for text in texts for one in yaml.safe_load_all(text) if one]
    assert len({one["kind"] for one in found}) == len(found)
    return {one["kind"]: one for one in found}


def pods(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [found[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job") if kind in found]


def containers(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for pod in pods(found) for one in [*pod["containers"], *pod.get("initContainers", [])]]


def test_helm_finds_nothing_to_say_but_that_it_has_no_icon() -> None:
    _, made = render({})
    assert made["lint"]["errors"] == []
    assert {one["error"] for one in made["lint"]["messages"]} <= {"icon is recommended"}


@pytest.mark.parametrize("values", ALL.values(), ids=ALL)
def test_kubernetes_would_take_it(values: dict[str, Any], tmp_path: Path) -> None:
    files = {tmp_path / f"{kind}.yaml": one for kind, one in objects(values).items()}
    for file, one in files.items():
        file.write_text(yaml.safe_dump(one))
    done = tool("kubernetes-validate", "--strict", *files)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("values", ALL.values(), ids=ALL)
def test_every_pod_is_an_ordinary_users_and_writes_only_to_volumes(values: dict[str, Any]) -> None:
    found = objects(values)
    for pod in pods(found):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001  # the image's, who owns the state's folder
        assert pod["enableServiceLinks"] is False and pod["automountServiceAccountToken"] is False
        volumes = {volume["name"] for volume in pod["volumes"]}
        assert {mount["name"] for one in pod["containers"] for mount in one["volumeMounts"]} == volumes
    for one in containers(found):
        assert one["securityContext"]["readOnlyRootFilesystem"] is True
        assert one["securityContext"]["allowPrivilegeEscalation"] is False
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "/tmp" in {mount["mountPath"] for mount in one["volumeMounts"]}  # noqa: S108 - in the container
        assert one["resources"]["limits"]["memory"]


def test_secrets_come_as_files_from_a_secret_that_is_there_already() -> None:
    found = objects(SEVERAL)
    assert "Secret" not in found
    [serve] = found["Deployment"]["spec"]["template"]["spec"]["containers"]
    environment = {one["name"]: one["value"] for one in serve["env"]}
    files = {name: value for name, value in environment.items() if name.endswith("_FILE")}
    assert files == {f"{key}_FILE": f"/run/secrets/litmos/{key}" for key in SEVERAL["secret"]["keys"]}  # type: ignore[index]
    assert environment["LITMOS_READ_ONLY"] == "true" and environment["SLACK_PORT"] == "3000"
    migrate = found["Job"]["spec"]["template"]["spec"]
    [volume] = [one for one in migrate["volumes"] if one["name"] == "secrets"]
    assert [one["key"] for one in volume["secret"]["items"]] == ["LITMOS_STATE_URL"]  # it needs no other


def test_a_database_is_migrated_before_the_pods_start_and_a_file_by_the_pod_itself() -> None:
    found = objects(POSTGRESQL)
    assert found["Job"]["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert "initContainers" not in found["Deployment"]["spec"]["template"]["spec"]
    assert "PersistentVolumeClaim" not in found
    found = objects(SQLITE)
    [first] = found["Deployment"]["spec"]["template"]["spec"]["initContainers"]
    assert first["args"] == ["litmos", "migrate"] and "Job" not in found
    assert found["Deployment"]["spec"]["strategy"] == {"type": "Recreate"}  # never two on one file


def test_several_replicas_share_a_budget_for_disruptions_and_remember_nothing_between_requests() -> None:
    found = objects(SEVERAL)
    assert found["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1
    [serve] = found["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert {"name": "MCP_SESSIONS", "value": "false"} in serve["env"]
    assert "PodDisruptionBudget" not in objects(POSTGRESQL)  # one pod could never be moved


def test_the_probes_are_of_the_process_and_of_its_state() -> None:
    [serve] = objects({})["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert serve["livenessProbe"]["httpGet"]["path"] == "/healthz"  # a database that is away is no reason to restart
    assert serve["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert serve["ports"] == [{"name": "http", "containerPort": 8712}]


def test_nobody_gets_in_who_is_not_named_and_nothing_out_but_what_is_needed() -> None:
    policy = objects(SQLITE)["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"] and policy["ingress"] == []
    assert sorted(one["port"] for rule in policy["egress"] for one in rule["ports"]) == [53, 53, 443]
    policy = objects(SEVERAL)["NetworkPolicy"]["spec"]
    assert [rule["from"] for rule in policy["ingress"]] == [SEVERAL["networkPolicy"]["from"]]  # type: ignore[index]
    assert 5432 in [one["port"] for rule in policy["egress"] for one in rule["ports"]]
    assert policy["podSelector"]["matchLabels"].keys() == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}


def test_who_selects_pods_selects_those_that_serve() -> None:
    found = objects(SEVERAL)
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    migrating = found["Job"]["spec"]["template"]["metadata"]["labels"].items()
    for selector in (
        found["Deployment"]["spec"]["selector"]["matchLabels"],
        found["Service"]["spec"]["selector"],
        found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels and not selector.items() <= migrating
    assert found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].items() <= migrating  # it needs its way, too


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"replicas": 0}, "replicas"),
        ({"replicas": 2} | SQLITE, "More than one replica needs PostgreSQL"),
        (SEVERAL | {"secret": {"keys": ["LITMOS_STATE_URL"]}}, "needs MCP_REQUEST_STATE_KEYS"),
        ({"settings": {"LITMOS_API_KEY": "x"}}, "LITMOS_API_KEY"),
        ({"settings": {"LITMOS_STATE_URL": "x"}}, "LITMOS_STATE_URL"),
        ({"settings": {"SLACK_TOKEN_KEYS": "x"}}, "SLACK_TOKEN_KEYS"),
        ({"settings": {"PATH": "x"}}, "PATH"),
        ({"settings": {"MCP_SESSIONS": "true"}}, "MCP_SESSIONS follows from replicas"),
        ({"secret": {"keys": ["LITMOS_REGION"]}}, "does not match pattern"),
        ({"terminationGracePeriodSeconds": 30}, "terminationGracePeriodSeconds"),
        ({"ingress": {"enabled": True}}, "ingress/host"),
        ({"tyop": 1}, "tyop"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(values: dict[str, Any], says: str) -> None:
    wrong, made = render(values)
    assert says in wrong and made == {}
