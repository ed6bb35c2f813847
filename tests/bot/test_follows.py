"""Following teams in Slack: who may, what is written down of it, and the digest that comes of it every week."""

from pathlib import Path
from typing import Any

import pytest

from bot import views
from bot.demo.screen import read
from bot.reaching import Reaching
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Books, Desk
from litmos.jobs.engine import Where, running

LENA, OMAR = "lena.fischer@example.com", "omar.haddad@example.com"


@pytest.fixture
def reached(bot: Any, desk: Desk) -> Desk:
    desk.reach_by(Reaching(bot.workspaces, bot.teams))
    return desk


async def followed(desk: Desk, books: Books, who: str) -> list[tuple[str, str]]:
    key = (await desk.operator("tests", who)).key
    return [(one.person_id, one.team_id) for one in await books.follows.of_person(key)]


async def test_a_leader_follows_and_unfollows_and_it_is_written_down(
    people: Any, desk: Desk, books: Books, overheard: Any
) -> None:
    lena = people["ULENA"]
    await lena.types("follow sales")
    assert "From now on you are told how “Sales” gets on." in lena.messages()[-1].text
    await lena.types("follow Sales")
    assert "already" in lena.messages()[-1].text
    assert len(await followed(desk, books, LENA)) == 1
    await lena.types("unfollow Sales")
    assert "no more. You follow no team now." in lena.messages()[-1].text
    await lena.types("unfollow Sales")
    assert "that you may see" in lena.messages()[-1].text
    assert await followed(desk, books, LENA) == []
    rows = [row for row in await books.audit.search() if row.operation in {"follow", "unfollow"}]
    assert [row.event for row in rows] == ["followed", "unfollowed"]
    assert rows[0].body["summary"] == "followed the team “Sales”"
    assert rows[0].body["actor"]["name"] == "Lena Fischer"
    counted = overheard.told()["metrics"]
    for operation, outcome in (("follow", "done"), ("unfollow", "done"), ("unfollow", "refused")):
        of = f'litmos_deed="execute",litmos_face="slack",litmos_operation="{operation}",litmos_outcome="{outcome}"'
        assert f"litmos_desk_operation_duration_seconds_count{{{of}}}" in counted


async def test_without_a_name_a_leader_follows_the_topmost_teams_they_lead(
    people: Any, desk: Desk, books: Books, sandbox: Sandbox
) -> None:
    await people["ULENA"].types("follow")
    names = [sandbox.world.teams[team].name for _, team in await followed(desk, books, LENA)]
    assert names == ["Sales"]
    await people["ULENA"].types("follow Sales EMEA")
    await people["ULENA"].types("unfollow")
    assert await followed(desk, books, LENA) == []


@pytest.mark.parametrize("typed", ["follow @ada", "unfollow @ada"])
async def test_people_cannot_be_followed(people: Any, typed: str) -> None:
    await people["UOMAR"].types(typed)
    assert "people cannot" in people["UOMAR"].messages()[-1].text


async def test_a_digest_has_counts_those_who_press_and_a_way_on(people: Any, reached: Desk, books: Books) -> None:
    lena = people["ULENA"]
    await lena.types("follow Sales")
    [(person, team)] = await followed(reached, books, LENA)
    assert await reached.digests.due() == [(person, team)]
    assert await reached.digests.tell(person, team)
    digest = lena.direct[-1]
    seen = read(digest.blocks)
    assert "the week:" in digest.text and "overdue" in digest.text
    assert "every week because you follow" in seen
    assert seen.count("•") == 5 and seen.count(": overdue") == 5
    await lena.presses("Show the team", digest)
    assert "Sales" in lena.direct[-1].text and lena.direct[-1] is not digest


async def test_a_digest_stays_where_its_button_takes_its_time(people: Any, reached: Desk, bot: Any) -> None:
    bot.workspaces.at("T1", "xoxb-local-1").commands.patience = 0
    lena = people["ULENA"]
    await lena.types("follow sales")
    [(person, team)] = await reached.digests.due()
    await reached.digests.tell(person, team)
    digest = lena.direct[-1]
    told = digest.text
    await lena.presses("Show the team", digest)
    assert digest in lena.direct and digest.text == told
    assert "Sales" in lena.direct[-1].text and lena.direct[-1] is not digest


async def test_the_team_of_a_digest_is_nudged_as_by_the_command(
    people: Any, reached: Desk, books: Books, tmp_path: Path
) -> None:
    lena = people["ULENA"]
    async with running(Where(f"sqlite:///{tmp_path / 'state.sqlite'}"), reached.bulk) as engine:
        reached.hire(engine)
        await lena.types("follow Sales")
        [(person, team)] = await followed(reached, books, LENA)
        assert await reached.digests.tell(person, team)
        await lena.presses("Nudge…", lena.direct[-1])
    assert lena.modal.payload["callback_id"] == views.CONFIRM and "overdue" in lena.sees


async def test_who_may_not_see_the_team_any_more_is_told_so_once(
    people: Any, reached: Desk, books: Books, sandbox: Sandbox
) -> None:
    lena = people["ULENA"]
    await lena.types("follow Sales")
    [(person, team)] = await followed(reached, books, LENA)
    for one in sandbox.world.teams.values():
        one.leaders.clear()
        one.admins.clear()
    sandbox.world.people[person].access_level = "Learner"
    assert await reached.digests.tell(person, team)
    assert not await reached.digests.tell(person, team)
    [told] = lena.direct
    assert told.text == "You do not follow “Sales” any more."
    assert await books.follows.every() == []
    assert [row.event for row in await books.audit.search()][-1] == "unfollowed"


async def test_a_team_that_is_gone_ends_the_follow_of_an_administrator(
    people: Any, reached: Desk, books: Books, sandbox: Sandbox
) -> None:
    await people["UOMAR"].types("follow Warehouse")
    [(person, team)] = await followed(reached, books, OMAR)
    del sandbox.world.teams[team]
    assert await reached.digests.tell(person, team)
    assert "any more" in people["UOMAR"].direct[-1].text
    assert await books.follows.every() == []


async def test_somebody_who_left_is_told_nothing_and_follows_nothing(
    people: Any, slack: Any, reached: Desk, books: Books, sandbox: Sandbox
) -> None:
    await people["ULENA"].types("follow Sales")
    [(person, team)] = await followed(reached, books, LENA)
    slack.messages.clear()
    sandbox.world.people[person].active = False
    assert not await reached.digests.tell(person, team)
    assert slack.messages == [] and await books.follows.every() == []
