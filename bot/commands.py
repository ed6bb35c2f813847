"""What each command does, once Slack has its ack."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot import replies, views
from bot.changes import Changes
from bot.identity import Presence, Who
from bot.modal import Modal
from bot.parse import Command, Segment, Verb
from bot.people import People
from bot.replies import Reply
from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.requests import (
    Assign,
    Change,
    FindPeople,
    FindTraining,
    GetModuleResults,
    GetUserCourses,
    GetUserLearningPaths,
    Reset,
    Unassign,
)
from litmos.errors import Invalid, LitmosError, NotFound

__all__ = ["CHANGES", "Commands"]

CHANGES = {Verb.ASSIGN, Verb.UNASSIGN, Verb.RESET}
FOUND = 10  # people, and trainings, of one search

Respond = Callable[..., Awaitable[Any]]


@dataclass
class Commands:
    """Reads answer in the channel, to nobody but who asked; changes go on in a modal."""

    desk: Desk
    presence: Presence
    people: People
    changes: Changes

    async def look(self, who: Who, command: Command, respond: Respond) -> None:
        """Answer a command that changes nothing."""
        try:
            reply = await self._answer(await self.presence.actor(who), command)
        except LitmosError as error:
            reply = replies.failure(str(error))
        await respond(text=reply.text, blocks=list(reply.blocks), response_type="ephemeral", replace_original=False)

    async def change(self, who: Who, command: Command, trigger_id: str) -> None:
        """Open a modal at once, then plan in it and ask."""
        modal = await Modal.open(self.changes.client, trigger_id, views.working())
        try:
            request = await self._request(who, command)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await self.changes.ask(who, modal, request)

    async def _answer(self, actor: Actor, command: Command) -> Reply:
        look = self.desk.look
        match command.verb:
            case Verb.FIND:
                words = _words(command)
                training = await look(actor, FindTraining(words, most=FOUND))
                people = await look(actor, FindPeople(words, FOUND))
                return replies.found(people, training)
            case Verb.RESULTS:
                if not command.words:
                    raise Invalid("Name a course: results First Aid")
                return replies.results(await look(actor, GetModuleResults(_words(command), await self._one(command))))
            case Verb.PATHS:
                return replies.paths(await look(actor, GetUserLearningPaths(await self._one(command))))
            case Verb.COURSES:
                return replies.courses(await look(actor, GetUserCourses(await self._one(command))))
            case _:
                mine = await look(actor, GetUserCourses())
                return replies.my_training(mine, await look(actor, GetUserLearningPaths()))

    async def _one(self, command: Command) -> str:
        named = await self.people.named(command.people)
        if len(named) > 1:
            raise Invalid("Name one person at a time.")
        return named[0] if named else "me"

    async def _request(self, who: Who, command: Command) -> Change:
        people = await self.people.named(command.people)
        if not people or not command.words:
            missing = "whom it is for, like @tom" if not people else "the training, like FIRE-01"
            raise Invalid(f"Say {missing}: /litmos {command.verb} FIRE-01 @tom")
        training = await self._training(who, command.words)
        match command.verb:
            case Verb.ASSIGN:
                return Assign(people, training, notify=not command.quiet)
            case Verb.UNASSIGN:
                return Unassign(people, training)
            case _:
                return Reset(people, training)

    async def _training(self, who: Who, segments: tuple[Segment, ...]) -> tuple[str, ...]:
        """Words without quotes are one name, or several codes."""
        actor, named = await self.presence.actor(who), []
        for segment in segments:
            words = segment.text.split()
            whole = segment.quoted or len(words) == 1 or await self._is_training(actor, segment.text)
            named += [segment.text] if whole else words
        return tuple(named)

    async def _is_training(self, actor: Actor, text: str) -> bool:
        try:
            found = await self.desk.look(actor, FindTraining(text, most=1))
        except NotFound:
            return False
        return bool(found.training) and not found.close


def _words(command: Command) -> str:
    return " ".join(segment.text for segment in command.words)
