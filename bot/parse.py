"""What somebody typed behind the slash command, as a value. Pure: any text is a command or a usage error in words."""

import html
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from litmos.desk.names import nearest, plain

__all__ = ["Command", "Group", "Mention", "Named", "PersonRef", "Segment", "UsageError", "Verb", "parse", "usage"]


class Verb(StrEnum):
    """What is wanted."""

    MINE = "mine"
    COURSES = "courses"
    RESULTS = "results"
    PATHS = "paths"
    FIND = "find"
    TEAM = "team"
    PROGRESS = "progress"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    RESET = "reset"
    NUDGE = "nudge"
    NUDGES = "nudges"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    AUDIT = "audit"
    LINK = "link"
    UNLINK = "unlink"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Mention:
    """A member of the workspace, by Slack's id."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, by Slack's id."""

    group_id: str


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as Litmos knows them: by e-mail address or name."""

    text: str


PersonRef = Mention | Group | Named


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that belong together: in quotes they are one name."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """`words` are training, or what to search for. `quiet`: no e-mails."""

    verb: Verb
    people: tuple[PersonRef, ...] = ()
    words: tuple[Segment, ...] = ()
    quiet: bool = False
    text: str = field(default="", compare=False)
    """As it was typed."""


class UsageError(Exception):
    """What was typed is no command; the message shows what works."""


EXAMPLES = {
    Verb.MINE: ("", "your own training, most pressing first"),
    Verb.COURSES: ("courses @tom", "the courses that somebody is on; your own without a name"),
    Verb.RESULTS: ("results First Aid @tom", "somebody's results in a course, module by module"),
    Verb.PATHS: ("paths @tom", "the learning paths that somebody is on"),
    Verb.FIND: ("find fire", "people and training by part of a name"),
    Verb.TEAM: ("team Sales", "leaders, administrators: how a team gets on; all you lead without a name"),
    Verb.PROGRESS: ("progress @sales FIRE-01", "how some people get on, or everyone on a course"),
    Verb.ASSIGN: ('assign "Fire & Safety", FA-01 to @tom quiet', "put people on training; quiet: without e-mails"),
    Verb.UNASSIGN: ("unassign FIRE-01 from @tom", "take people off training"),
    Verb.RESET: ("reset FIRE-01 for @tom", "set people back to the beginning of a course"),
    Verb.NUDGE: ("nudge @sales FIRE-01", "remind those who are overdue, politely; also a team, or all you lead"),
    Verb.NUDGES: ("nudges off", "no more reminders for yourself; on: again"),
    Verb.FOLLOW: ("follow Sales", "leaders, administrators: be told of completions, and of the team every week"),
    Verb.UNFOLLOW: ("unfollow Sales", "be told of a team no more; of any without a name"),
    Verb.AUDIT: ("audit @tom", "administrators: what happened, with somebody or with anybody"),
    Verb.LINK: ("link @tom to tom@example.com", "administrators: say who somebody is in Litmos"),
    Verb.UNLINK: ("unlink @tom", "administrators: go by the e-mail address again"),
    Verb.HELP: ("help", "this"),
}
SYNONYMS = {
    "": Verb.MINE,
    "me": Verb.MINE,
    "my": Verb.MINE,
    "course": Verb.COURSES,
    "search": Verb.FIND,
    "?": Verb.HELP,
}
CHANGES = {Verb.ASSIGN, Verb.UNASSIGN, Verb.RESET}
SPLIT = CHANGES | {Verb.LINK}
BETWEEN = {"to", "from", "for"}

_TOKEN = re.compile(
    r"""<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>
      | <!subteam\^(?P<group>S[A-Z0-9]+)(?:\|[^>]*)?>
      | <mailto:(?P<mail>[^|>]+)(?:\|[^>]*)?>
      | ["“”„](?P<quoted>[^"“”„]*)["“”„]
      | (?P<comma>,)
      | (?P<word>[^\s,"“”„]+)""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def parse(text: str) -> Command:
    """The command that was typed. Raises UsageError."""
    first, _, rest = text.strip().partition(" ")
    verb = _verb(html.unescape(first).casefold())
    reader = _Reader(splits=verb in SPLIT)
    for token in _TOKEN.finditer(rest):
        reader.take(token)
    return replace(reader.command(verb), text=text)


def usage(command: str = "/litmos") -> str:
    """What may be typed, with examples that work."""
    lines = [f"`{f'{command} {example}'.strip()}` {told}" for example, told in EXAMPLES.values()]
    return "\n".join(["What you can type:", *lines])


def _verb(typed: str) -> Verb:
    if typed in SYNONYMS:
        return SYNONYMS[typed]
    if typed in set(Verb):
        return Verb(typed)
    close = nearest(typed, {verb.value: plain(verb.value) for verb in Verb}, 1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise UsageError(f"There is no such command.{hint}\n{usage()}")


class _Reader:
    """Puts tokens together. `splits`: words behind to, from or for are people."""

    def __init__(self, *, splits: bool) -> None:
        self._splits, self._behind, self._between, self.quiet = splits, False, "", False
        self._people: list[PersonRef] = []
        self._words: list[Segment] = []
        self._run: list[str] = []

    def take(self, token: re.Match[str]) -> None:
        kind, value = str(token.lastgroup), html.unescape(token[str(token.lastgroup)])
        match kind:
            case "user" | "group":
                self._end()
                self._people.append(Mention(value) if kind == "user" else Group(value))
            case "mail":
                self._end()
                self._people.append(Named(value))
            case "quoted":
                self._end()
                self._add(" ".join(value.split()), quoted=True)
            case "comma":
                self._end()
            case _:
                self._word(value)

    def command(self, verb: Verb) -> Command:
        self._end()
        return Command(verb, tuple(self._people), tuple(self._words), self.quiet)

    def _word(self, word: str) -> None:
        if _ADDRESS.fullmatch(word):
            self._end()
            self._people.append(Named(word))
        elif self._splits and word.casefold() == "quiet":
            self._end()
            self.quiet = True
        elif self._splits and word.casefold() in BETWEEN:
            if self._behind and self._run and self._words and not self._words[-1].quoted:
                # "Welcome to Example to @tom": the first one is part of a name.
                self._run = [self._words.pop().text, self._between, *self._run]
                self._behind = False
            self._end()
            self._behind, self._between = True, word
        else:
            self._run.append(word)

    def _end(self) -> None:
        self._add(" ".join(self._run), quoted=False)
        self._run = []

    def _add(self, text: str, *, quoted: bool) -> None:
        if not text:
            return
        if self._behind:
            self._people.append(Named(text))
        else:
            self._words.append(Segment(text, quoted))
