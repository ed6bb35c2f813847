"""What each command does, once Slack has its ack."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import blocks, forms, group, replies, views, wishes
from bot.changes import Changes
from bot.identity import Presence, Who
from bot.modal import Modal
from bot.nudging import Nudging
from bot.parse import Command, Mention, Verb, parse
from bot.people import People
from bot.questions import Question, Questions
from bot.replies import Reply
from bot.tasks import Tasks
from litmos.desk.answers import GroupProgress
from litmos.desk.desk import Desk
from litmos.desk.requests import GetGroupProgress
from litmos.errors import Invalid, LitmosError

__all__ = ["CHANGES", "Commands"]

CHANGES = {Verb.ASSIGN, Verb.UNASSIGN, Verb.RESET}
GROUPS = {Verb.TEAM, Verb.PROGRESS}
LINKS = {Verb.LINK, Verb.UNLINK}
WITH_WORDS = {Verb.FIND, Verb.RESULTS}  # behind all other verbs stands a person
FOLLOWS = {Verb.FOLLOW, Verb.UNFOLLOW}
PATIENCE = 2.0  # seconds without a word
OK = 200

Respond = Callable[..., Awaitable[Any]]


@dataclass
class Commands:
    """Reads answer in the channel, to nobody but who asked; changes go on in a modal."""

    desk: Desk
    presence: Presence
    people: People
    changes: Changes
    nudging: Nudging
    tasks: Tasks
    patience: float = PATIENCE

    async def look(self, who: Who, command: Command, respond: Respond) -> None:
        """Answer a command that changes nothing in Litmos."""
        if command.verb in LINKS:
            await self._say(respond, self._link(who, command))
        elif command.verb is Verb.NUDGES:
            await self._say(respond, self._wish(who, command))
        elif command.verb in FOLLOWS:
            await self._say(respond, self._follow(who, command))
        elif command.verb in GROUPS:
            waits = _Waits()
            await self._say(respond, self._group(who, command, waits), waits)
        else:
            waits = _Waits()
            await self._say(respond, self._asked(who, command, waits), waits)

    async def again(self, who: Who, question: Question, respond: Respond) -> None:
        """Answer what stands behind a button of a message, which stays: it may hold more than this."""
        waits = _Waits()
        await self._say(respond, self._answer(who, question, waits), waits, replaces=False)

    async def in_modal(self, body: Mapping[str, Any], question: Question) -> None:
        """Answer what stands behind a button of the home tab, where there is nothing to respond to."""
        modal = await Modal.open(self.changes.client, body["trigger_id"], views.working())
        try:
            actor = await self.presence.actor(Who.of(body))
            reply = await Questions(self.desk).answer(actor, question, self.changes.waiting(modal))
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await modal.show(views.answer(blocks.plainly(reply.blocks)))

    async def change(self, who: Who, command: Command, trigger_id: str) -> None:
        """Open a modal at once: a form for what is missing, or plan in it and ask."""
        if not (command.people and command.words):
            await Modal.open(self.changes.client, trigger_id, forms.form(command))
            return
        modal = await Modal.open(self.changes.client, trigger_id, views.working())
        await self.changes.begin(who, modal, command)

    async def export(self, body: Mapping[str, Any], typed: str) -> None:
        """The same as a file, for nobody but who asked: in their conversation with the app."""
        who, client = Who.of(body), self.changes.client
        try:
            found = await self._progress(who, parse(typed), _Waits())
        except LitmosError as error:
            text = self.people.readable(str(error))
            await client.chat_postMessage(channel=who.user, text=text, blocks=views.told(text))
            return
        opened = await client.conversations_open(users=who.user)
        await client.files_upload_v2(
            channel=opened["channel"]["id"],
            filename="progress.csv",
            title=f"Progress of {found.name}",
            content=group.as_csv(found),
        )

    async def _group(self, who: Who, command: Command, waits: "_Waits") -> Reply:
        return group.reply(await self._progress(who, command, waits), command.text)

    async def _progress(self, who: Who, command: Command, waits: "_Waits") -> GroupProgress:
        people, words = await self.people.named(command.people), " ".join(one.text for one in command.words)
        narrowed = {"team": words} if command.verb is Verb.TEAM else {"course": words}
        request = GetGroupProgress(people, **narrowed)
        return await self.desk.look(await self.presence.actor(who), request, waiting=waits)

    async def _asked(self, who: Who, command: Command, waits: "_Waits") -> Reply:
        named, words = list(await self.people.named(command.people)), [one.text for one in command.words]
        quoted = bool(command.words) and command.words[0].quoted
        if command.verb not in WITH_WORDS:
            named, words = [*named, *([" ".join(words)] if words else [])], []
        elif command.verb is Verb.RESULTS and quoted:  # what stands behind the course in quotes is a name
            named, words = [*named, *([" ".join(words[1:])] if words[1:] else [])], words[:1]
        if len(named) > 1:
            raise Invalid("Name one person at a time.")
        return await self._answer(who, Question(command.verb, " ".join(words), named[0] if named else ""), waits)

    async def _answer(self, who: Who, question: Question, waits: "_Waits") -> Reply:
        return await Questions(self.desk).answer(await self.presence.actor(who), question, waits)

    async def _wish(self, who: Who, command: Command) -> Reply:
        match [one.text.casefold() for one in command.words]:
            case ["on" | "off" as how]:
                return await self.nudging.wished(who, on=how == "on")
            case _:
                return replies.said(wishes.ABOUT.replace("`", ""))

    async def _link(self, who: Who, command: Command) -> Reply:
        actor = await self.presence.actor(who, fresh=True)
        users = [one.user_id for one in command.people if isinstance(one, Mention)]
        if len(users) != 1:
            raise Invalid("Say whom, by mention: link @tom to tom@example.com")
        identity = Who(self.presence.team, users[0]).identity
        if command.verb is Verb.UNLINK:
            await self.desk.unlink(actor, identity)
            return replies.said("Their e-mail address counts again.")
        others = [one for one in command.people if not isinstance(one, Mention)]
        named = [*await self.people.named(others), *(one.text for one in command.words)]
        if len(named) != 1:
            raise Invalid("Say who they are in Litmos: link @tom to tom@example.com")
        link = await self.desk.link(actor, identity, named[0])
        return replies.said(f"Linked to {link.person_email or link.person_id}. It counts from now on.")

    async def _follow(self, who: Who, command: Command) -> Reply:
        if command.people:
            raise Invalid("Teams can be followed, people cannot: follow Sales")
        actor = await self.presence.actor(who, fresh=True)
        team = " ".join(one.text for one in command.words)
        if command.verb is Verb.FOLLOW:
            return replies.followed(await self.desk.follow(actor, team))
        return replies.unfollowed(await self.desk.unfollow(actor, team))

    async def _say(
        self, respond: Respond, work: Awaitable[Reply], waits: "_Waits | None" = None, *, replaces: bool = True
    ) -> None:
        """Answer as soon as there is an answer; say that it takes its time if it does.

        `replaces`: the answer comes in place of that, and not of what was there before.
        """
        asking = asyncio.ensure_future(self._caught(work))
        done, _ = await asyncio.wait({asking}, timeout=self.patience)
        if not done:
            text = waits.text if waits else _Waits().text
            await respond(text=text, response_type="ephemeral", replace_original=False)
        reply = await asking
        how = {"response_type": "ephemeral", "replace_original": replaces and not done}
        said = await respond(text=reply.text, blocks=list(reply.blocks), **how)
        if said.status_code != OK:  # this Slack does not take tables here
            await respond(text=reply.text, blocks=blocks.plainly(reply.blocks), **how)

    async def _caught(self, work: Awaitable[Reply]) -> Reply:
        try:
            return await work
        except LitmosError as error:
            return replies.failure(self.people.readable(str(error)))


class _Waits:
    """Remembers how long Litmos' limit makes somebody wait."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def __call__(self, seconds: float) -> None:
        self._seconds = seconds

    @property
    def text(self) -> str:
        return f"Waiting for Litmos, {self._seconds:.0f} s…" if self._seconds else "Asking Litmos…"
