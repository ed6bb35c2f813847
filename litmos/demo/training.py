"""The courses and learning paths of the demo company, with ids that never change."""

from datetime import datetime, timedelta
from typing import NamedTuple

from litmos.demo.records import Module
from litmos.demo.world import World


class CourseRow(NamedTuple):
    """A course; a module's name ends in its pass mark where it has one, as in `Quiz 80%`."""

    id: str
    code: str
    name: str
    about: str
    modules: tuple[str, ...]


class PathRow(NamedTuple):
    """A learning path over the courses with these codes, in order."""

    id: str
    code: str
    name: str
    about: str
    course_codes: tuple[str, ...]


LEGACY, LEADING = "LEG-09", "LEAD-01"
CHANGED_DAYS_AGO = 30  # when the content of "Leading Small Teams" changed

# fmt: off
COURSES = (
    CourseRow("fBQ3pTcKjTw1", "FIRE-01", "Fire & Safety", "<p>Alarms, exits &amp; assembly points.</p>",
              ("Why fires start", "Extinguishers & blankets", "Evacuation", "Fire quiz 80%")),
    CourseRow("9dlc4uB7EnC1", "GDPR-01", "Data Protection Basics", "<p>What we may keep, and <b>for how long</b>.</p>",
              ("Personal data", "Rights & requests", "Breaches", "Data protection test 75%")),
    CourseRow("hM1Yr0NHLjx1", "ABGP-01", 'Anti-Bribery "Gifts" Policy', "<p>Gifts over &pound;50 are declared.</p>",
              ("The policy", "Cases", 'The "grey zone" test 90%')),
    CourseRow("V-vpWbj8hko1", "AQPX-01", "安全培训", "<p>仓库安全基础。</p>", ("安全须知", "个人防护", "测验 80%")),
    CourseRow("d9lsRS5dUnJ1", "MAN-01", "Manual Handling", "<p>Lift with your legs.</p>",
              ("Lifting & carrying", "Check yourself 70%")),
    CourseRow("XRqyEo8Vet11", "WAH-01", "Working at Height", "<p>Ladders, platforms, harnesses.</p>",
              ("Ladders", "Platforms", "Harnesses", "Height test 85%")),
    CourseRow("GSZRGyfTzIH1", "XLF-01", "Excel for Finance", "<p>From SUMIFS to pivot tables.</p>",
              ("Formulas", "Lookups", "Pivot tables", "Closing the month")),
    CourseRow("6VRLetC-Psn1", LEGACY, "Legacy Induction 2009", "", ("Welcome", "Tour of the old office")),
    CourseRow("od6tHqlqMfj1", "FA-01", "First Aid", "<p>For everybody.</p>",
              ("Calling for help", "Recovery position", "First aid quiz 70%")),
    CourseRow("tkg_Xoa72Gg1", "FA-02", "First Aid", "<p>For appointed first aiders.</p>",
              ("Resuscitation", "Bleeding", "Burns", "First aider test 80%")),
    CourseRow("zFVqmgIfOhu1", "SELL-01", "What's Your Pitch? 🎯", "<p>Ninety seconds, one message.</p>",
              ("Listening", "One message", "Objections", "Your pitch")),
    CourseRow("EtEjUroYyeq1", "IND-01", "Welcome to Example", "<p>Who we are &amp; how we work.</p>",
              ("Who we are", "How we work", "Where to ask")),
    CourseRow("7qhuMk9zUGI1", "FLT-01", "Forklift Theory", "<p>Before you drive.</p>",
              ("Controls", "Loads & balance", "Pedestrians", "Daily checks", "Theory test 85%")),
    CourseRow("sam9cDIPYST1", LEADING, "Leading Small Teams", "<p>For new leaders.</p>",
              ("One-to-ones", "Feedback", "Delegating", "Reflection")),
    CourseRow("AvqGCAk7E3V1", "CYB-01", "Spotting Phishing", "<p>Stop, look, report.</p>",
              ("Look twice", "Phishing quiz 80%")),
)

PATHS = (
    PathRow("UctolfTclkW1", "NS", "New Starter", "<p>The first two weeks.</p>", ("IND-01", "GDPR-01", "CYB-01")),
    PathRow("gm9XCoREXnc1", "FL", "Forklift Licence", "<p>Theory first, then height.</p>", ("FLT-01", "WAH-01")),
    PathRow("mtSCtjXS6vt1", "ME", "Managers' Essentials", "<p>For who leads.</p>", ("LEAD-01", "ABGP-01")),
)
# fmt: on

COURSE_IDS = {row.code: row.id for row in COURSES}
PATH_IDS = {row.code: row.id for row in PATHS}


def add_training(world: World, now: datetime) -> None:
    """All courses and, over them, the paths."""
    for place, row in enumerate(COURSES):
        world.add_course(
            row.name,
            code=row.code,
            course_id=row.id,
            modules=_modules(world, row),
            active=row.code != LEGACY,
            created=now - timedelta(days=900 - 31 * place, milliseconds=297 * (place % 3)),
            changed=now - timedelta(days=CHANGED_DAYS_AGO) if row.code == LEADING else None,
            description=row.about,
            creator="Grace Hallam" if place % 4 == 0 else None,
        )
    for path in PATHS:
        course_ids = [COURSE_IDS[code] for code in path.course_codes]
        world.add_path(path.name, course_ids, path_id=path.id, code=path.code, description=path.about)


def _modules(world: World, row: CourseRow) -> tuple[Module, ...]:
    modules = []
    for place, text in enumerate(row.modules, start=1):
        name, _, mark = text.rpartition(" ") if text.endswith("%") else (text, "", "")
        number = world.number()
        modules.append(
            Module(
                id=f"{row.id[:9]}m{place}1",
                original_id=number,
                name=name,
                code=f"{row.code}-{place}",
                description=f"<p>{place} of {len(row.modules)}</p>",
                pass_mark=int(mark.rstrip("%")) if mark else None,
            )
        )
    return tuple(modules)
