"""What the Desk works with: what it is told of its surroundings, and the books it keeps."""

from dataclasses import dataclass, field

from litmos.desk.quiet import Quiet
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals

__all__ = ["Books", "DeskSettings"]


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What the Desk has to know of its surroundings. `account`: the Litmos that is asked, as people call it.

    `web`: its address for people, like https://example.litmos.com, if known. `pseudonyms`: assistants get no names.
    `quiet`: when nobody is nudged.
    """

    account: str
    admins: frozenset[str] = frozenset()
    read_only: bool = False
    web: str = ""
    pseudonyms: bool = False
    quiet: Quiet = field(default_factory=Quiet)


@dataclass(frozen=True, slots=True)
class Books:
    """What the Desk writes down, all in one state database."""

    audit: Audit
    proposals: Proposals
    links: Links
    aliases: Aliases
    follows: Follows
    nudges: Nudges
