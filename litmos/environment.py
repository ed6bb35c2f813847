"""What the environment gives, by name; each secret may be in a file instead, which NAME_FILE names.

The only place in the project that reads the environment. No message repeats a value, a path or what a file holds.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "DIRECT",
    "LARGEST",
    "Given",
    "all_given",
    "forget_proxies",
    "given",
    "names_given",
    "names_there",
    "with_files",
]

_SECRET = re.compile(r"\w+_(?:KEY|TOKEN|SECRET)S?|LITMOS_STATE_URL")
_FILE = "_FILE"
LARGEST = 16 * 1024  # bytes of a secret's file
DIRECT: dict[str, None] = {"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None}
"""For httpx' `mounts`: what is on this machine is reached without the proxy that the environment names."""


def forget_proxies() -> None:
    """For programs that only speak to this machine, by libraries that ask the environment themselves for a proxy."""
    around = os.environ  # noqa: TID251 - this is the place
    for name in [name for name in around if name.lower().endswith("_proxy")]:
        del around[name]


@dataclass(frozen=True)
class Given:
    """`values` are stripped and never empty. `wrong`: what is wrong with a file, by the name of its setting."""

    values: dict[str, str] = field(repr=False)
    wrong: dict[str, str]


def names_given(environ: Mapping[str, str] | None, prefix: str) -> frozenset[str]:
    """The settings with that prefix that have a value, by themselves or by a file."""
    named = (name for name, value in _around(environ).items() if name.startswith(prefix) and value.strip())
    return frozenset(_of_file(name) or name for name in named)


def names_there(environ: Mapping[str, str] | None, prefix: str) -> frozenset[str]:
    """All names with that prefix, also of empty values."""
    return frozenset(name for name in _around(environ) if name.startswith(prefix))


def with_files(names: Iterable[str]) -> list[str]:
    """Those names, and those of the files that may hold them."""
    return [one for name in names for one in ((name, name + _FILE) if _SECRET.fullmatch(name) else (name,))]


def all_given(environ: Mapping[str, str] | None, prefix: str) -> Given:
    """What all settings with that prefix have in `environ`; None: in this process' environment."""
    return given(environ, sorted(names_given(environ, prefix)))


def given(environ: Mapping[str, str] | None, names: Iterable[str]) -> Given:
    """What these settings have; a file is read only if its setting is one of them."""
    environ = _around(environ)
    found = Given({}, {})
    for name in names:
        value = environ.get(name, "").strip()
        file = environ.get(name + _FILE, "").strip() if _SECRET.fullmatch(name) else ""
        if value and file:
            found.wrong[name + _FILE] = f"set besides {name}. Remove one of them"
        elif file:
            try:
                found.values[name] = _held(Path(file), several=name.endswith("S"))
            except ValueError as error:
                found.wrong[name + _FILE] = str(error)
        elif value:
            found.values[name] = value
    return found


def _around(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environ is None else environ  # noqa: TID251 - the environment is read here


def _of_file(name: str) -> str:
    """The setting that this names a file of; empty if it does not."""
    secret = name.removesuffix(_FILE)
    return secret if secret != name and _SECRET.fullmatch(secret) else ""


def _held(file: Path, *, several: bool) -> str:
    """The value in a file, which may stand on several lines if there are several. Raises ValueError, in words."""
    try:
        content = _content(file)
    except OSError as error:
        raise ValueError(
            f"cannot be read ({error.strerror}). It has to be the path of a file that this user may read"
        ) from None
    except ValueError:  # the path holds what no path may, which Python would repeat
        content = None
    if content is None:
        raise ValueError("not a file. It has to be the path of a file with the value in it")
    if len(content) > LARGEST:
        raise ValueError(f"too large for a secret: over {LARGEST} bytes. Write the value alone into it")
    return _text(content, several=several)


def _content(file: Path) -> bytes | None:
    """As much of a file as counts; None for what is none: a pipe would be waited for, and empty the second time."""
    if not stat.S_ISREG(file.stat().st_mode):
        return None
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _text(content: bytes, *, several: bool) -> str:
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError("not text. Write the value alone into it, as UTF-8") from None
    if not text:
        raise ValueError("empty. Write the value into it")
    if "\n" in text and not several:
        raise ValueError("more than one line. Write the value alone into it")
    return text
