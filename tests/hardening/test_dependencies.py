"""What is installed: pinned, known, wanted for a reason, and under a licence that fits."""

import re
import tomllib
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "locks").glob("*.lock"))
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
# As older packages write it.
SPELT = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
EIGHTEEN_MONTHS = timedelta(days=548)
EXTRA = re.compile(r"[<>=!\[; ].*")


def rows() -> dict[str, str]:
    """The page's packages, each with its licence."""
    found = re.findall(r"^\| ([a-z0-9-]+) \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    return {name: licence for name, licence in found if name not in {"package", "---"}}


def wanted() -> set[str]:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    several = [project["dependencies"], *project["optional-dependencies"].values(), *groups.values()]
    named = {EXTRA.sub("", one) for some in several for one in some if isinstance(one, str)}
    return named - {"litmos-chatops"}


def elsewhere() -> set[str]:
    """What only make audit, test-browser, test-deploy and docs install."""
    groups = PROJECT["dependency-groups"]
    return {EXTRA.sub("", one) for name in ("audit", "browser", "deploy", "docs") for one in groups[name]}


def licence_of(package: str) -> str:
    """As SPDX has it. A package says it in one of three places."""
    told = distribution(package).metadata.json
    classes = [one.rpartition(" :: ")[2] for one in told.get("classifier", []) if one.startswith("License ::")]
    text = str(told.get("license_expression") or told.get("license") or " OR ".join(classes)).strip()
    return SPELT.get(text, text)


def pinned(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text(encoding="utf-8")))


def test_every_package_that_is_asked_for_has_its_reason_here_and_no_other_has() -> None:
    assert rows().keys() == wanted()


def test_when_each_had_its_last_release_is_known_and_an_old_one_is_explained() -> None:
    looked_up = re.findall(r"^Releases were looked up on (\S+);", PAGE, re.MULTILINE)
    released = dict(re.findall(r"^\| ([a-z0-9-]+) \| .+ \| (\d{4}-\d\d-\d\d) \| .+ \|$", PAGE, re.MULTILINE))
    assert len(looked_up) == 1 and released.keys() == rows().keys()
    day = date.fromisoformat(looked_up[0])
    old = {package for package, on in released.items() if day - date.fromisoformat(on) > EIGHTEEN_MONTHS}
    explained = PAGE.partition("## Without a release for long")[2].partition("\n## ")[0]
    assert old and {package for package in released if re.search(rf"\b{package}\b", explained)} == old


@pytest.mark.parametrize("package", sorted(rows()))
def test_its_licence_is_what_the_package_says(package: str) -> None:
    try:
        assert licence_of(package) == rows()[package]
    except PackageNotFoundError:
        assert package in elsewhere(), "not installed"


def test_everything_that_is_installed_to_run_it_has_a_licence_that_fits() -> None:
    allowed = set(re.findall(r"[A-Z][A-Za-z]*(?:-[A-Za-z0-9.]+)*", PAGE.rpartition("\n## ")[2])) | {"MIT"}
    odd = {}
    for package in pinned(ROOT / "locks" / "run.lock"):
        try:
            licence = licence_of(package)
        except PackageNotFoundError:
            continue  # for another system
        if not licence or not set(re.split(r" (?:AND|OR) ", licence)) <= allowed:
            odd[package] = licence
    assert odd == {}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_hashes_and_from_nowhere_in_particular(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"://|--index-url|--extra-index-url|--find-links|^-e |@ ", text, re.MULTILINE)
    entries = re.split(r"^(?=[a-z0-9])", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    assert entries and len(entries) == len(PIN.findall(text))
    for entry in entries:
        assert PIN.match(entry) and re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry.partition("\n")[0]


def test_all_locks_mean_the_same_versions() -> None:
    """What is tested is what runs."""
    dev = pinned(ROOT / "locks" / "dev.lock")
    for name in ("core.lock", "run.lock"):
        ours = pinned(ROOT / "locks" / name)
        assert ours and {package: dev.get(package) for package in ours} == ours


def test_the_audit_of_vulnerabilities_cannot_pass_by_skipping() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\naudit:")[2].partition("\n\n")[0]
    assert "pip-audit" in recipe and "--strict" in recipe and "for lock in run " in recipe
    assert "|| true" not in recipe and "\t-" not in recipe
