"""Which operation stands at which method and path."""

from collections.abc import Callable
from dataclasses import replace

from litmos.demo import changes, reads
from litmos.demo.account import Account
from litmos.demo.calls import Answer, Call, Refused
from litmos.demo.world import World

Read = Callable[[Call, World], Answer]
Change = Callable[[Call, Account], Answer]

OPEN = "*"  # a part of the path that may be anything

# The first one that fits: /users/courses stands before /users/{userid}.
READS: dict[str, Read] = {
    "POST users/courses": reads.courses_of_users,
    "GET users": reads.users,
    "GET users/*": reads.user,
    "GET users/*/teams": reads.user_teams,
    "GET users/*/courses": reads.user_courses,
    "GET users/*/learningpaths": reads.user_paths,
    "GET users/*/courses/*": reads.user_course,
    "GET courses": reads.courses,
    "GET courses/*": reads.course,
    "GET courses/*/modules": reads.course_modules,
    "GET courses/*/users": reads.course_users,
    "GET learningpaths": reads.paths,
    "GET learningpaths/*": reads.path,
    "GET learningpaths/*/courses": reads.path_courses,
    "GET learningpaths/*/users": reads.path_users,
    "GET teams": reads.teams,
    "GET teams/*": reads.team,
    "GET teams/*/teams": reads.sub_teams,
    "GET teams/*/users": reads.team_users,
    "GET teams/*/leaders": reads.team_leaders,
    "GET teams/*/admins": reads.team_admins,
    "GET achievements": reads.achievements,
}

CHANGES: dict[str, Change] = {
    "POST users/*/courses": changes.assign_courses,
    "POST users/*/learningpaths": changes.assign_paths,
    "DELETE users/*/courses/*": changes.remove_course,
    "DELETE users/*/learningpaths/*": changes.remove_path,
    "PUT users/*/courses/*/reset": changes.reset_course,
}


def carry_out(call: Call, account: Account) -> Answer:
    """Do what the call asks.

    Raises:
        Refused: 404 where nothing stands, 405 for another method, 411 for PUT and DELETE without
            `Content-Length: 0`, or what the operation itself refuses.
    """
    fitting = {key.partition(" ")[0]: key for key in reversed((*READS, *CHANGES)) if _fits(key, call.segments)}
    if not fitting:
        raise Refused(404, "Not Found")
    if call.method not in fitting:
        raise Refused(405, "Method Not Allowed")
    if call.method in {"PUT", "DELETE"} and call.headers.get("content-length") != "0":
        raise Refused(411, "Length Required")
    key = fitting[call.method]
    call = replace(call, args=_open_parts(key, call.segments))
    return READS[key](call, account.world) if key in READS else CHANGES[key](call, account)


def _parts(key: str) -> list[str]:
    return key.partition(" ")[2].split("/")


def _fits(key: str, segments: tuple[str, ...]) -> bool:
    parts = _parts(key)
    return len(parts) == len(segments) and all(
        part in {OPEN, segment} for part, segment in zip(parts, segments, strict=True)
    )


def _open_parts(key: str, segments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(segment for part, segment in zip(_parts(key), segments, strict=True) if part == OPEN)
