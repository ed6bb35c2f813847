"""History: what the audit tells administrators, newest first."""

from litmos.desk.access import Access
from litmos.desk.actor import Actor, Role
from litmos.desk.answers import Happened
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.errors import Misconfigured, NotAllowed, NotFound
from litmos.store.audit import Audit, Entry

__all__ = ["History"]


class History:
    """Reads the audit for those who may."""

    def __init__(self, access: Access, lookup: Lookup, audit: Audit | None) -> None:
        self._access, self._lookup, self._audit = access, lookup, audit

    async def latest(self, line: Line, actor: Actor, person: str, most: int) -> tuple[Happened, ...]:
        """See `Desk.history`."""
        if actor.role is not Role.ADMIN:
            raise NotAllowed("Only administrators may see what others did.")
        if self._audit is None:
            raise Misconfigured("There is no audit here: it takes a state database.")
        wanted = await self._id(line, person) if person else ""
        return tuple(_told(entry) for entry in await self._audit.latest(most, person=wanted))

    async def _id(self, line: Line, person: str) -> str:
        try:
            return (await self._lookup.person(line, person)).id
        except NotFound:  # somebody who has left Litmos is still in the audit
            return person


def _told(entry: Entry) -> Happened:
    actor = entry.body.get("actor")
    who = actor.get("name") if isinstance(actor, dict) else ""
    summary = str(entry.body.get("summary") or "")
    return Happened(entry.seq, entry.at, entry.event, entry.operation, str(who or entry.actor_id), summary)
