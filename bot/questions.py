"""Questions that change nothing: what was asked, small enough to stand behind a button, and how it is answered."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from bot import group, replies
from bot.parse import Verb
from bot.replies import Reply
from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.requests import (
    FindPeople,
    FindTraining,
    GetGroupProgress,
    GetModuleResults,
    GetUserCourses,
    GetUserLearningPaths,
)
from litmos.errors import Ambiguous, Invalid

__all__ = ["ASK", "Question", "Questions"]

ASK = "ask"

Waiting = Callable[[float], None]
"""Told the seconds that Litmos' limit makes somebody wait."""

FOUND = 10  # people, and trainings, of one search
INSIDE = 3  # learning paths that are looked into; each costs a request the first time
HISTORY = 20  # rows of the audit


@dataclass(frozen=True, slots=True)
class Question:
    """`words` are a course, or what to search for; `person` as the Desk takes them, empty for the one who asks."""

    verb: Verb
    words: str = ""
    person: str = ""

    @property
    def value(self) -> str:
        """For a button; `of` reads it."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def of(cls, value: str) -> "Question":
        found = json.loads(value)
        return cls(Verb(found["verb"]), found.get("words", ""), found.get("person", ""))

    def instead(self, typed: str, chosen: str) -> "Question":
        """The same with an id in place of a name that could be several."""
        if typed == self.person:
            return replace(self, person=chosen)
        return replace(self, words=chosen)


@dataclass
class Questions:
    """Answers as the person who asks."""

    desk: Desk

    async def answer(self, actor: Actor, question: Question, waiting: Waiting | None = None) -> Reply:
        """Raises LitmosError; a name that could be several is answered with a choice."""
        try:
            work = self._team if question.verb is Verb.TEAM else self._answer
            return await work(actor, question, waiting)
        except Ambiguous as several:
            if not several.candidates:
                raise
            choices = {
                label: question.instead(several.typed, chosen).value for chosen, label in several.candidates.items()
            }
            return replies.choices(several.typed, choices, ASK)

    async def _answer(self, actor: Actor, question: Question, waiting: Waiting | None) -> Reply:
        look, person = self.desk.look, question.person or "me"
        match question.verb:
            case Verb.FIND:
                training = await look(actor, FindTraining(question.words, most=FOUND), waiting=waiting)
                people = await look(actor, FindPeople(question.words, FOUND), waiting=waiting)
                reply = replies.found(people, training)
            case Verb.RESULTS:
                if not question.words:
                    raise Invalid("Name a course: results First Aid")
                reply = replies.results(await look(actor, GetModuleResults(question.words, person), waiting=waiting))
            case Verb.PATHS:
                reply = replies.paths(await look(actor, GetUserLearningPaths(person, INSIDE), waiting=waiting))
            case Verb.COURSES:
                reply = replies.courses(await look(actor, GetUserCourses(person), waiting=waiting))
            case Verb.AUDIT:
                reply = replies.history(await self.desk.history(actor, person=question.person, most=HISTORY))
            case _:
                mine = await look(actor, GetUserCourses(), waiting=waiting)
                paths = await look(actor, GetUserLearningPaths("me", INSIDE), waiting=waiting)
                reply = replies.my_training(mine, paths)
        return reply

    async def _team(self, actor: Actor, question: Question, waiting: Waiting | None) -> Reply:
        found = await self.desk.look(actor, GetGroupProgress(team=question.words), waiting=waiting)
        return group.reply(found, f"team {question.words}")
