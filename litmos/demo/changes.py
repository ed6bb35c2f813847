"""The operations that change assignments; what Litmos ignores silently is ignored here too."""

from litmos.demo.account import Account, Mail
from litmos.demo.calls import Answer, Call, Refused
from litmos.demo.formats import Unreadable, read_ids
from litmos.demo.reads import person_of
from litmos.demo.records import Person
from litmos.demo.world import PartOfPath


def assign_courses(call: Call, account: Account) -> Answer:
    """POST /users/{userid}/courses."""
    person = person_of(call, account.world)
    new = account.world.assign_new_courses(person.id, _ids(call, "Courses", "Course"), call.at)
    _send_mails(call, account, person, new)
    return Answer(201)


def assign_paths(call: Call, account: Account) -> Answer:
    """POST /users/{userid}/learningpaths."""
    person = person_of(call, account.world)
    new = account.world.assign_new_paths(person.id, _ids(call, "LearningPaths", "LearningPath"), call.at)
    _send_mails(call, account, person, new)
    return Answer(201)


def _ids(call: Call, listing: str, record: str) -> list[str]:
    try:
        return read_ids(call.body, call.content_type, listing, record)
    except Unreadable:
        raise Refused(500, "Request Error") from None


def _send_mails(call: Call, account: Account, person: Person, training_ids: list[str]) -> None:
    if person.last_login is None or call.query.get("sendmessage", "").lower() == "false":
        return
    account.mails.extend(Mail(person.id, training_id, call.at) for training_id in training_ids)


def remove_course(call: Call, account: Account) -> Answer:
    """DELETE /users/{userid}/courses/{courseid}."""
    person = person_of(call, account.world)
    try:
        account.world.remove_course(person.id, call.args[1])
    except KeyError:
        raise Refused(404, "Course not found") from None
    except PartOfPath:
        raise Refused(400, "Course is part of a learning path") from None
    return Answer(200)


def remove_path(call: Call, account: Account) -> Answer:
    """Answers 201, as the seed page says."""
    person = person_of(call, account.world)
    try:
        account.world.remove_path(person.id, call.args[1])
    except KeyError:
        raise Refused(404, "Learning path not found") from None
    return Answer(201)


def reset_course(call: Call, account: Account) -> Answer:
    """PUT /users/{userid}/courses/{courseid}/reset."""
    person = person_of(call, account.world)
    try:
        account.world.reset_course(person.id, call.args[1])
    except KeyError:
        raise Refused(404, "Course not found") from None
    return Answer(200)
