"""The door: who somebody is, whether they may do this at all, and whom they may do it to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from litmos.api.users import get_user
from litmos.desk.actor import Actor, Role, role_of
from litmos.desk.answers import FoundPeople
from litmos.desk.catalog import CATALOG
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup, people_among, person_among
from litmos.desk.names import quoted
from litmos.desk.policy import Reach, reach
from litmos.desk.pseudonyms import Pseudonyms
from litmos.desk.sight import Sight
from litmos.errors import Invalid, NotAllowed, NotFound
from litmos.model import Person, Team

__all__ = ["REMEMBERED", "Access", "Entry"]

REMEMBERED = 300.0  # seconds that a role is remembered for those who only look
ME = "me"


@dataclass(frozen=True, slots=True)
class Entry:
    """An actor who has been let in. `people`: all there are for them; None for everybody."""

    actor: Actor
    people: tuple[Person, ...] | None


class Access:
    """Decides by the policy, on roles and teams read from Litmos: remembered for those who look, fresh for changes."""

    def __init__(
        self,
        lookup: Lookup,
        pseudonyms: Pseudonyms,
        clock: Callable[[], float],
        *,
        admins: frozenset[str],
        read_only: bool,
    ) -> None:
        self._lookup, self._pseudonyms, self._sight = lookup, pseudonyms, Sight(clock)
        self._admins, self.read_only = admins, read_only

    async def operator(self, line: Line, face: str, named: str) -> Actor:
        """Who a local program acts for: the person named by the settings, or the key's owner when nobody is."""
        if not named:
            return Actor(face, Role.ADMIN)
        try:
            person = await self._lookup.person(line, named, younger_than=REMEMBERED)
        except NotFound as unknown:
            raise type(unknown)(f"LITMOS_OPERATOR: {unknown}") from None
        try:
            return self.actor(face, person)
        except NotAllowed as inactive:
            raise NotAllowed(f"LITMOS_OPERATOR: {inactive}") from None

    def actor(self, face: str, person: Person) -> Actor:
        """A person on a face, with the role they have; `NotAllowed` for inactive people, who have none."""
        if not person.active:
            raise NotAllowed(f"{quoted(person.name)} is inactive in Litmos and may do nothing here.")
        named_admin = self._admins & {person.email.casefold(), person.user_name.casefold()}
        return Actor(face, Role.ADMIN if named_admin else role_of(person), person)

    async def again(self, line: Line, face: str, person: str) -> Actor:
        """An actor once more, as they are now: by id, empty for the key's owner."""
        if not person:
            return Actor(face, Role.ADMIN)
        try:
            return self.actor(face, await line.send(get_user(person)))
        except NotFound:
            raise NotAllowed("Who asked for this is no longer in Litmos.") from None

    async def enter(self, line: Line, actor: Actor, operation: str) -> Entry:
        """Let an actor in for an operation, or `NotAllowed`. Before a change, role and teams are read again."""
        changes = not CATALOG[operation].is_read
        if changes and self.read_only:
            raise NotAllowed("Nothing can be changed here: LITMOS_READ_ONLY is set.")
        if changes and actor.person is not None:
            actor = self.actor(actor.face, await self._again(line, actor.person))
        allowed = reach(operation, actor.role)
        if allowed is Reach.EVERYBODY:
            return Entry(actor, None)
        if allowed is Reach.NOBODY or actor.person is None:
            raise NotAllowed(
                f"As a {actor.role} you may not {operation.replace('_', ' ')} here. "
                "Ask somebody who leads your team, or an administrator of Litmos."
            )
        people = {actor.person.id: actor.person} if allowed in {Reach.SELF, Reach.SELF_AND_TEAM} else {}
        if allowed in {Reach.TEAM, Reach.SELF_AND_TEAM}:
            led = await self._sight.led_by(line, actor.person.id, fresh=changes)
            people |= {person.id: person for person in led.people}
        return Entry(actor, tuple(people.values()))

    async def teams(self, line: Line, actor: Actor) -> tuple[Team, ...] | None:
        """The teams that somebody who has been let in leads, with those below; None: they may see any."""
        if actor.role is Role.ADMIN or actor.person is None:
            return None
        return (await self._sight.led_by(line, actor.person.id, fresh=False)).teams

    async def person(self, line: Line, entry: Entry, typed: str) -> Person:
        """The one person whom somebody named, `me` for themselves; as if there were nobody but whom they may see."""
        if typed.strip().casefold() == ME:
            if entry.actor.person is None:
                raise Invalid(
                    "'me' is nobody here, because this program acts for the owner of the API key. "
                    "Name the person, or set LITMOS_OPERATOR to your e-mail address in Litmos."
                )
            typed = entry.actor.person.id
        typed = await self._pseudonyms.meant(typed)
        if entry.people is None:
            return await self._lookup.person(line, typed)
        return person_among(entry.people, typed)

    async def people(self, line: Line, entry: Entry, words: str, most: int) -> FoundPeople:
        """People by part of a name, among those whom the actor may see; or the one with that pseudonym."""
        if (meant := await self._pseudonyms.meant(words)) != words:
            return FoundPeople((await self.person(line, entry, meant),), 1)
        if entry.people is None:
            return await self._lookup.people(line, words, most)
        return people_among(entry.people, words, most)

    async def prime(self, line: Line, entry: Entry, typed: Sequence[str]) -> None:
        """Look up many people with few requests, before `person` is asked for each."""
        if entry.people is None:
            await self._lookup.prime(line, [await self._pseudonyms.meant(one) for one in typed])

    async def _again(self, line: Line, person: Person) -> Person:
        try:
            return await line.send(get_user(person.id))
        except NotFound:
            raise NotAllowed(f"{quoted(person.name)} is no longer in Litmos and may do nothing here.") from None
