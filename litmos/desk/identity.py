"""From an identity of a face to a person in Litmos: by a link that an administrator made, else by e-mail address."""

from collections.abc import Callable

from litmos.api.users import get_user, search_users
from litmos.desk.access import REMEMBERED, Access
from litmos.desk.actor import Actor, Role
from litmos.desk.cache import Cache
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.desk.records import actor_record
from litmos.desk.watched import IDENTIFY, denied
from litmos.errors import Invalid, Misconfigured, NotAllowed, NotFound
from litmos.model import Person
from litmos.store.audit import Audit
from litmos.store.links import Link, Links

__all__ = ["Identities"]

MOST = 200  # people with one address; more than two is a mistake of the account already


class Identities:
    """Names the actor behind an identity like `slack:T1/U1`; remembers it for five minutes by `clock` (seconds)."""

    def __init__(
        self, access: Access, lookup: Lookup, links: Links | None, audit: Audit | None, clock: Callable[[], float]
    ) -> None:
        self._access, self._lookup, self._links, self._audit = access, lookup, links, audit
        self._known: Cache[str, Person] = Cache(clock, seconds=REMEMBERED)

    async def actor(self, line: Line, face: str, identity: str, email: str) -> Actor:
        """Who this identity is; `NotAllowed` in words that say what to do. `email`: the face's own word for it."""
        with denied(IDENTIFY, face):
            link = await self._links.get(identity) if self._links else None
            if link is None:
                return self._access.actor(face, await self._by_email(line, identity, email))
            return self._access.actor(face, await self._by_link(line, link, email))

    async def link(self, line: Line, actor: Actor, identity: str, typed: str) -> Link:
        """Say who an identity is, in place of what was said before."""
        self._only_admins(actor)
        if ":" not in identity.strip(":"):
            raise Invalid(f"{identity!r} is no identity. Write it like slack:T0123/U0456.")
        person = await self._lookup.person(line, typed)
        self._access.actor(actor.face, person)  # inactive people cannot be linked
        links, audit = self._books()
        body = {"actor": actor_record(actor), "summary": f"{identity} is {person.name}", "lines": [_line(person)]}
        await audit.append("linked", operation="link", actor_id=actor.key, body=body)
        return await links.put(identity, person.id, person.email, actor.key)

    async def unlink(self, actor: Actor, identity: str) -> None:
        """Forget a link: the e-mail address counts again."""
        self._only_admins(actor)
        links, audit = self._books()
        if await links.get(identity) is None:
            raise NotFound(f"There is no link of {identity!r}.")
        body = {"actor": actor_record(actor), "summary": f"{identity} is nobody in particular any more"}
        await audit.append("unlinked", operation="unlink", actor_id=actor.key, body=body)
        await links.remove(identity)

    async def reached(self, line: Line, owner: str) -> tuple[str, list[str]]:
        """See `Desk.reached`. Raises NotFound for who is not in Litmos, as the key's owner."""
        person = self._known.get(owner) or self._known.put(owner, await line.send(get_user(owner)))
        links = await self._links.of_person(owner) if self._links else []
        return person.email, [link.identity for link in links]

    async def _by_link(self, line: Line, link: Link, email: str) -> Person:
        if link.suspended:
            raise NotAllowed(_suspended(link))
        person = self._known.get(link.person_id) or await self._linked(line, link)
        links, audit = self._books()
        moved = person.email.casefold() != link.person_email.casefold()
        if moved or (link.face_email and email and link.face_email.casefold() != email.casefold()):
            body = {"summary": f"the link of {link.identity} is suspended: an e-mail address changed"}
            await audit.append("suspended", operation="link", actor_id=link.person_id, body=body)
            await links.suspend(link.identity)
            raise NotAllowed(_suspended(link))
        if email and not link.face_email:
            await links.used(link.identity, email)
        return person

    async def _linked(self, line: Line, link: Link) -> Person:
        try:
            person = await line.send(get_user(link.person_id))
        except NotFound:
            raise NotAllowed(
                "You are linked to somebody who is no longer in Litmos. "
                f"Ask an administrator: litmos link {link.identity}"
            ) from None
        return self._known.put(link.person_id, person)

    async def _by_email(self, line: Line, identity: str, email: str) -> Person:
        if not email:
            raise NotAllowed(f"Your e-mail address is not known here. Ask an administrator: litmos link {identity}")
        if known := self._known.get(email.casefold()):
            return known
        found = [
            person
            for person in await line.send(search_users(email, most=MOST))
            if email.casefold() in {person.email.casefold(), person.user_name.casefold()}
        ]
        active = [person for person in found if person.active]
        if len(active) == 1:
            return self._known.put(email.casefold(), active[0])
        link = f"Ask an administrator of Litmos: litmos link {identity} and the right person's id."
        if active:
            raise NotAllowed(f"{len(active)} people in Litmos have the address {email}: who are you? {link}")
        if found:
            raise NotAllowed(f"The person with the address {email} is inactive in Litmos and may do nothing here.")
        raise NotAllowed(f"Nobody in Litmos has the address {email}. {link}")

    def _books(self) -> tuple[Links, Audit]:
        if self._links is None or self._audit is None:
            raise Misconfigured("Links need a state database, and there is none here.")
        return self._links, self._audit

    @staticmethod
    def _only_admins(actor: Actor) -> None:
        if actor.role is not Role.ADMIN:
            raise NotAllowed("Only administrators may say who somebody is.")


def _suspended(link: Link) -> str:
    return (
        "An e-mail address of yours has changed, so your link to Litmos is suspended until it is confirmed. "
        f"Ask an administrator: litmos link {link.identity}"
    )


def _line(person: Person) -> dict[str, str]:
    return {"person_id": person.id, "person": person.name}
