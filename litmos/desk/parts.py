"""What a Desk is made of: its use cases, each with what it works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from litmos.api.call import Pace
from litmos.api.client import Client
from litmos.desk.access import Access
from litmos.desk.approving import Approving
from litmos.desk.bulk import Bulk
from litmos.desk.changing import Changing
from litmos.desk.completions import Completions
from litmos.desk.digests import Digests
from litmos.desk.following import Following
from litmos.desk.hearing import Hearing
from litmos.desk.history import History
from litmos.desk.identity import Identities
from litmos.desk.line import Line
from litmos.desk.looking import Looking
from litmos.desk.lookup import Lookup
from litmos.desk.messages import Post
from litmos.desk.nudging import Nudging
from litmos.desk.overdue import Overdue
from litmos.desk.pages import Pages
from litmos.desk.pseudonyms import Pseudonyms
from litmos.desk.rounds import Means, Rounds
from litmos.desk.seen import Seen
from litmos.desk.surroundings import Books, DeskSettings
from litmos.store.audit import Audit

__all__ = ["Parts", "put_together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Of one Desk. `audit`: None where there are no books."""

    access: Access
    approving: Approving
    audit: Audit | None
    bulk: Bulk
    changing: Changing
    digests: Digests
    following: Following
    hearing: Hearing
    history: History
    identities: Identities
    looking: Looking
    nudging: Nudging
    post: Post
    pseudonyms: Pseudonyms
    rounds: Rounds
    seen: Seen


def put_together(
    api: Client,
    settings: DeskSettings,
    books: Books | None,
    *,
    now: Callable[[], datetime],
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]],
) -> Parts:
    """The parts of a Desk, whose arguments these are."""
    seen, post, pages = Seen(), Post(), Pages(settings.web)

    def line() -> Line:
        return Line(api, Pace(bulk=True, once=True), seen)

    audit, lookup = books.audit if books else None, Lookup(clock)
    pseudonyms = Pseudonyms(books.aliases if books else None)
    access = Access(lookup, pseudonyms, clock, admins=settings.admins, read_only=settings.read_only)
    changing = Changing(access, lookup, audit, clock=clock, now=now, sleep=sleep)
    remembered = changing.remembered
    looking = Looking(access, lookup, account=settings.account, pages=pages, remembered=remembered, now=now)
    bulk = Bulk(access, changing, line, clock=clock, now=now, sleep=sleep)
    following = Following(access, books.follows if books else None, audit)
    nudges, overdue = books.nudges if books else None, Overdue(pages, clock, now)
    means = Means(access, changing, bulk, post, overdue, settings.quiet, nudges, line, now)
    return Parts(
        access=access,
        approving=Approving(changing, books.proposals if books else None),
        audit=audit,
        bulk=bulk,
        changing=changing,
        digests=Digests(access, looking, following, post, line),
        following=following,
        hearing=Hearing(Completions(access, following, post, pages, line, now), lookup, remembered),
        history=History(access, lookup, audit),
        identities=Identities(access, lookup, books.links if books else None, audit, clock),
        looking=looking,
        nudging=Nudging(means, lookup),
        post=post,
        pseudonyms=pseudonyms,
        rounds=Rounds(means),
        seen=seen,
    )
