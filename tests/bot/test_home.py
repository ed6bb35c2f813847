"""App Home: one's own training, a leader's team, what happened for administrators; at once from what was known."""

from typing import Any

from bot.demo.faults import Fault as SlackFault
from bot.demo.screen import read
from litmos.demo.sandbox import Sandbox


async def test_home_shows_ones_own_training_and_what_comes_next(people: Any, slack: Any) -> None:
    ada = people["UADA"]
    await ada.opens_home("messages")
    assert slack.screen("UADA").home is None
    await ada.opens_home()
    told = read(ada.home.blocks)
    assert "1 overdue" in told and "Next: :red_circle: " in told
    assert "|Fire &amp; Safety>* overdue by 9 days" in told
    assert "Your team" not in told and "What happened" not in told
    first, *_, last = [call.sent["view"] for call in slack.calls if call.method == "views.publish"]
    assert read(first["blocks"]) == "Asking Litmos…" and "Refresh" in read(last["blocks"])


async def test_what_was_known_is_shown_while_litmos_is_asked_again(people: Any, slack: Any) -> None:
    ada = people["UADA"]
    await ada.opens_home()
    before = len(slack.calls)
    await ada.presses("Refresh", ada.home)
    first = next(call.sent["view"] for call in slack.calls[before:] if call.method == "views.publish")
    assert "Fire &amp; Safety" in read(first["blocks"]) and "Asking Litmos…" in read(first["blocks"])


async def test_results_open_from_home(people: Any) -> None:
    ada = people["UADA"]
    await ada.opens_home()
    await ada.presses("Results", ada.home)
    assert "Fire &amp; Safety" in ada.sees and "not started" in ada.sees
    await ada.closes()
    await ada.opens_home()
    [button] = [block["accessory"] for block in ada.home.blocks if "First Aid" in read([block])]
    await ada.presses("Results", ada.home, value=button["value"])
    assert "score 82" in ada.sees


async def test_a_leader_sees_their_team_at_a_glance(people: Any) -> None:
    lena = people["ULENA"]
    await lena.opens_home()
    [table] = [block for block in lena.home.blocks if block["type"] == "data_table"]
    names = [row[0]["text"] for row in table["rows"][1:]]
    assert {"Ada Marsh", "Noor Rahman"} <= set(names) and "Tomás Núñez" not in names
    assert [cell["text"] for cell in table["rows"][0]] == ["Person", "Overdue", "Open", "Completed"]
    overdue = [row[1]["value"] for row in table["rows"][1:]]
    assert overdue == sorted(overdue, reverse=True) and overdue[0] > 0


async def test_administrators_see_what_happened(people: Any) -> None:
    lena, omar = people["ULENA"], people["UOMAR"]
    await lena.types("assign FIRE-01 to @noor")
    await lena.submits()
    await omar.opens_home()
    told = read(omar.home.blocks)
    assert "What happened" in told and "Lena Fischer" in told and "assign: done" in told


async def test_who_has_no_place_in_litmos_is_told_so(people: Any) -> None:
    nobody = people["UNOBODY"]
    await nobody.opens_home()
    assert "Nobody in Litmos has the address" in read(nobody.home.blocks)


async def test_an_event_that_comes_twice_is_taken_once(people: Any, slack: Any, sandbox: Sandbox) -> None:
    slack.faults.add(SlackFault("twice", "event"))
    await people["UADA"].opens_home()
    assert len([call for call in slack.calls if call.method == "views.publish"]) == 2  # at once, and then


async def test_where_slack_takes_no_tables_there_are_lines(people: Any, slack: Any) -> None:
    lena = people["ULENA"]
    await lena.opens_home()
    slack.newer = False
    await lena.presses("Refresh", lena.home)
    assert not [block for block in lena.home.blocks if block["type"] == "data_table"]
    assert "Ada Marsh · " in read(lena.home.blocks)
