"""`make demo` tells the truth: it succeeds on a program that works, and fails when an answer is another one."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from mcp_server import demo

PATIENCE = 60  # seconds


def test_the_conversations_are_held_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # as companies have one: none of this is for it
    said = subprocess.run(
        [sys.executable, "-m", "mcp_server.demo", "--check"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("The demo Litmos is at http://127.0.0.1:")
    assert said.stdout.endswith("\nEverything was answered as it should be.\n")
    places = [said.stdout.index(f"\nYou: {question.words}\n") for question in (*demo.LOOKING, *demo.CHANGING)]
    signed_in = said.stdout.index("comes over HTTP, and signs her in")
    places += [said.stdout.index(f"\nYou: {question.words}\n", signed_in) for question in demo.SIGNED_IN]
    assert places == sorted(places)
    assert "  Fire & Safety " in said.stdout


def _only(monkeypatch: pytest.MonkeyPatch, question: demo.Question) -> None:
    monkeypatch.setattr(demo, "LOOKING", (question,))
    monkeypatch.setattr(demo, "CHANGING", ())
    monkeypatch.setattr(demo, "SIGNED_IN", ())


@pytest.mark.parametrize(
    "wrong",
    [replace(demo.LOOKING[0], holds="Sam Lee"), replace(demo.LOOKING[0], refused=True)],
    ids=["other words", "an answer for a refusal"],
)
def test_an_answer_that_is_not_what_it_should_be_fails_the_demo_and_is_named(
    wrong: demo.Question, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _only(monkeypatch, wrong)
    assert demo.main(["--check"]) == 1
    assert capsys.readouterr().out.endswith("\nWrong: whoami()\n")


def test_somebody_at_a_terminal_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _only(monkeypatch, demo.LOOKING[0])
    keyboard, terminal = os.openpty()
    with os.fdopen(terminal) as stdin, os.fdopen(keyboard, "wb", buffering=0) as typed:
        monkeypatch.setattr(sys, "stdin", stdin)
        typed.write(b"\n")
        assert demo.main([]) == 0
    assert "[Enter] \nYou: Whom do you act for?" in capsys.readouterr().out


def test_columns_line_up_also_for_letters_that_are_two_columns_wide() -> None:
    assert demo._as_table("head\nid\t安全\tx\n1234\ta\tyy") == "     head\n     id    安全  x\n     1234  a     yy"
