"""A state on a new file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from litmos.store.state import State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "state.sqlite"


@pytest.fixture
def state_url(backend: str, file: Path, new_state_url: Callable[[], str]) -> str:
    return f"sqlite:///{file}" if backend == "sqlite" else new_state_url()


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    state = State(state_url)
    yield state
    state.close()
