"""Which fields each record shows, in the order of the documents and the recordings, irregular where they are."""

import uuid
from datetime import datetime
from decimal import Decimal

from litmos.demo.formats import Record, Value
from litmos.demo.records import (
    Achievement,
    Course,
    LearningPath,
    Module,
    Person,
    Team,
)
from litmos.demo.world import World

Fields = tuple[tuple[str, Value], ...]

NEVER_SET = ("SalesforceId", "SalesforceContactId", "SalesforceAccountId")
ADDRESS = ("Street1", "Street2", "City", "State", "PostalCode", "Country")


def iso(moment: datetime | None) -> str:
    """The form of LastLogin and CreatedDate in both formats; empty if never."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def user_row(person: Person) -> Record:
    """A person as lists show them."""
    return Record("User", (*person_name(person), ("Active", person.active), *_level(person), ("Brand", "Default")))


def person_name(person: Person) -> Fields:
    """The fields every record of a person begins with."""
    return (
        ("Id", person.id),
        ("UserName", person.user_name),
        ("FirstName", person.first_name),
        ("LastName", person.last_name),
    )


def _level(person: Person) -> Fields:
    return (("Email", person.email), ("AccessLevel", person.access_level))


def user(person: Person) -> Record:
    """The full record. LoginKey and Password are secrets that no caller may ever show."""
    blank = None if person.original_id % 2 else ""  # both were recorded
    login_key = uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.litmos.com/{person.id}")
    fields: list[tuple[str, Value]] = [
        *person_name(person),
        ("FullName", f"{person.first_name} {person.last_name}"),
        *_level(person),
        ("DisableMessages", False),
        ("Active", person.active),
        *((name, blank) for name in ("Skype", "PhoneWork", "PhoneMobile")),
        ("LastLogin", iso(person.last_login)),
        ("LoginKey", f"https://example.litmos.com/login.aspx?loginkey={login_key}"),
        ("IsCustomUsername", person.user_name != person.email),
        ("Password", f"pw-SECRET-{person.id}"),
        ("SkipFirstLogin", True),
        ("TimeZone", "UTC"),
        ("SalesforceId", None),
        ("OriginalId", person.original_id),
        *((name, blank) for name in ADDRESS),
        ("CompanyName", "Example Ltd"),
        ("JobTitle", person.job_title or blank),
        *((f"CustomField{number}", blank) for number in (1, 2, 3)),
        ("Culture", "en-US"),
        *((f"CustomField{number}", blank) for number in range(4, 11)),
        ("SalesforceContactId", None),
        ("SalesforceAccountId", None),
        ("CreatedDate", iso(person.created)),
        ("Points", 0),
        ("Brand", "Default"),
    ]
    return Record("User", tuple(fields))


def team_name(team: Team) -> Record:
    """A team among those of a person."""
    return Record("Team", (("Id", team.id), ("Name", team.name)))


def team_row(team: Team) -> Record:
    """A team as lists of teams show it."""
    codes: Fields = (("TeamCodeForBulkImport", team.code), ("ParentTeamId", team.parent_id))
    return Record("Team", (("Id", team.id), ("Name", team.name), *codes))


def team(team: Team) -> Record:
    """A team by itself."""
    return Record("Team", (("Id", team.id), ("Name", team.name), ("Description", team.description)))


def training(thing: Course | LearningPath) -> Record:
    """A course or a learning path as such."""
    return Record(
        "Course" if isinstance(thing, Course) else "LearningPath",
        (
            ("Id", thing.id),
            ("Code", thing.code),
            ("Name", thing.name),
            ("Active", thing.active),
            ("ForSale", False),
            ("OriginalId", thing.original_id),
            ("Description", thing.description),
            ("EcommerceShortDescription", ""),
            ("EcommerceLongDescription", ""),
            ("CourseCodeForBulkImport", f"{thing.original_id}-{thing.code}"),
            ("Price", Decimal("0.00")),
            ("AccessTillDate", None),
            ("AccessTillDays", None),
        ),
    )


def module(part: Module) -> Record:
    """A module as such, without anybody's result."""
    texts: Fields = (("Code", part.code), ("Name", part.name), ("Description", part.description))
    return Record("Module", (("Id", part.id), *texts))


def achievement(world: World, earned: Achievement) -> Record:
    """A course that somebody completed."""
    person = world.people[earned.person_id]
    fields: Fields = (
        ("UserId", person.id),
        ("Title", earned.title),
        ("Description", ""),
        ("AchievementDate", earned.at),
        ("CourseId", earned.course_id),
        ("CompliantTillDate", earned.compliant_till),
        ("Score", earned.score),
        ("Result", "Completed"),
        ("Type", "Course"),
        ("FirstName", person.first_name),
        ("LastName", person.last_name),
        ("AchievementId", earned.id),
        ("CertificateId", None),
    )
    return Record("Achievement", fields)
