"""Who is assigned what in the demo company: Ada Marsh shows every state once, the others a varied mix."""

from collections.abc import Callable
from datetime import datetime, timedelta

from litmos.demo.people import IVAN, NOOR, PERSONS
from litmos.demo.training import COURSE_IDS, COURSES, LEGACY, PATH_IDS
from litmos.demo.world import World

ADA = next(row.id for row in PERSONS if row.mail == "ada.marsh")

Moment = Callable[[float], datetime]  # so many days from now


def add_assignments(world: World, now: datetime) -> None:
    """Assign everything; days are counted from `now`."""

    def day(days: float) -> datetime:
        return now + timedelta(days=days)

    _for_ada(world, day)
    _for_ivan(world, day)
    others = [row.id for row in PERSONS if row.id not in {ADA, IVAN}]
    for place, person_id in enumerate(others):
        _for_another(world, person_id, place, day)


def _for_ada(world: World, day: Moment) -> None:
    def assign(code: str, assigned: float, due: float | None = None, percent: int = 0) -> None:
        when = None if due is None else day(due)
        world.assign_course(ADA, COURSE_IDS[code], at=day(assigned), due=when, percent=percent)

    def complete(code: str, assigned: float, completed: float, compliant_till: float | None = None) -> None:
        till = None if compliant_till is None else day(compliant_till)
        world.assign_course(ADA, COURSE_IDS[code], at=day(assigned), completed=day(completed), compliant_till=till)

    assign("FIRE-01", -39.1, due=-9)
    assign("MAN-01", -11.3, due=3)
    assign("ABGP-01", -7.2, due=21)
    assign("SELL-01", -25.6, percent=50)
    assign("XLF-01", -18.4, due=45, percent=50)
    complete("FA-01", -120.2, -101.5, compliant_till=263.5)
    complete("AQPX-01", -430.7, -410.3, compliant_till=-45.3)
    complete("LEAD-01", -110.9, -90.4)
    world.assign_course(ADA, COURSE_IDS["WAH-01"], at=day(-90.8), access_till=day(-14))
    world.assign_path(ADA, PATH_IDS["NS"], at=day(-60.5))


def _for_ivan(world: World, day: Moment) -> None:
    world.assign_course(IVAN, COURSE_IDS[LEGACY], at=day(-800.1), completed=day(-790.2))
    world.assign_course(IVAN, COURSE_IDS["MAN-01"], at=day(-200.1), due=day(-170), percent=50)
    world.assign_path(IVAN, PATH_IDS["FL"], at=day(-220.4))


def _for_another(world: World, person_id: str, place: int, day: Moment) -> None:
    """Two to eight courses, one person in nine with none; a path for one in three."""
    has_none = place % 9 == 8 and person_id != NOOR  # noqa: PLR2004 - see above
    codes = [row.code for row in COURSES if row.code != LEGACY]
    for step in range(0 if has_none else 2 + place % 7):
        course_id = COURSE_IDS[codes[(place * 5 + step * 3) % len(codes)]]
        state = 0 if person_id == NOOR else (place + step) % 6
        _assign_in_state(world, person_id, course_id, state, _earlier(day, place + step / 8))
    if place % 3 == 0 and not has_none:
        path_id = list(PATH_IDS.values())[place // 3 % len(PATH_IDS)]
        world.assign_path(person_id, path_id, at=day(-15 - place / 4))


def _earlier(day: Moment, days: float) -> Moment:
    return lambda offset: day(offset - days)


def _assign_in_state(world: World, person_id: str, course_id: str, state: int, day: Moment) -> None:
    """Not begun, begun, due and overdue, completed with or without an end, or with an end that has passed."""
    at = day(-40)
    match state:
        case 0:
            world.assign_course(person_id, course_id, at=at, due=day(130))
        case 1:
            world.assign_course(person_id, course_id, at=at, percent=50)
        case 2:
            world.assign_course(person_id, course_id, at=at, due=day(-10), percent=30)
        case 3:
            world.assign_course(person_id, course_id, at=at, completed=day(-20))
        case 4:
            world.assign_course(person_id, course_id, at=at, completed=day(-25), compliant_till=day(-25 + 365))
        case _:
            world.assign_course(person_id, course_id, at=day(-420), completed=day(-400), compliant_till=day(-400 + 365))
