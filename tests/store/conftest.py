"""A state on a new file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from litmos.store.state import State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "state.sqlite"


@pytest.fixture
def state(file: Path) -> Iterator[State]:
    state = State(f"sqlite:///{file}")
    yield state
    state.close()
