"""Does what a Dockerfile says without a container engine: its own RUN lines, on paths below a folder."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

OURS = re.compile(r"(?<![\w./-])/(?=(?:src|dist|opt|var)\b)")
"""Where a path begins that only the image has."""
PATIENCE = 300  # seconds of one RUN line, which may download


@dataclass
class Built:
    """What is there after the last line: `env`, `cmd`, `healthcheck` and `user` as the image has them."""

    root: Path
    env: dict[str, str]
    user: str = ""
    cmd: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def mapped(self, text: str) -> str:
        return OURS.sub(f"{self.root}/", text)


def instructions(text: str) -> list[tuple[str, str]]:
    """Each with its arguments, on one line."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def built(dockerfile: Path, context: Path, root: Path, python: str) -> Built:
    """Goes through the lines, with `python` as that of the base image."""
    base = root / "base"
    subprocess.run([python, "-m", "venv", base], check=True, timeout=PATIENCE)
    plain = {"PATH": f"{base}/bin:{os.defpath}"}
    outside = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - where packages come from here, as a build has it
        if name.startswith(("HOME", "PIP_", "UV_", "SSL_"))
    }
    image, here = Built(root, dict(plain)), root
    for name, rest in instructions(dockerfile.read_text()):
        match name:
            case "FROM":
                image.env = dict(plain)
            case "ENV":
                pairs = (pair.split("=", 1) for pair in rest.split())
                image.env |= {key: Template(image.mapped(value)).substitute(image.env) for key, value in pairs}
            case "WORKDIR":
                here = Path(image.mapped(rest))
                here.mkdir(parents=True)
            case "COPY":
                _copy(rest, context, here)
            case "RUN":
                _run(image, rest, here, outside | {"UV_SYSTEM_CERTS": "1"})
            case _:
                _tell(image, name, rest)
    shutil.rmtree(base)
    for leftover in ("src", "dist"):  # of the first stage; the last one has only what it copies
        shutil.rmtree(root / leftover)
    return image


def _run(image: Built, line: str, here: Path, outside: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", "-e", "-c", image.mapped(line)],
        cwd=here,
        env=outside | image.env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"RUN {line}\n{done.stdout}{done.stderr}"


def _tell(image: Built, name: str, rest: str) -> None:
    match name:
        case "USER":
            image.user = rest
        case "CMD":
            image.cmd = _words(rest)
        case "HEALTHCHECK":
            image.healthcheck = _words(rest.partition("CMD ")[2])
        case "ARG" | "LABEL" | "EXPOSE":
            pass
        case _:
            raise NotImplementedError(name)


def _words(text: str) -> list[str]:
    words: Any = json.loads(text)
    assert isinstance(words, list), "a shell would stand between the program and its signals"
    return [str(word) for word in words]


def _copy(rest: str, context: Path, here: Path) -> None:
    *sources, target = rest.split()
    if sources[0].startswith("--from="):
        assert sources[1:] == [target], "one folder stands for both stages: it has to have one place"
        return
    for source in sources:
        place = here / target
        if (context / source).is_dir():
            shutil.copytree(context / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place = place / Path(source).name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(context / source, place)
