"""What learners do in Litmos itself, and no API call does: they complete a course, and Litmos tells its webhooks."""

from litmos.demo.account import Account
from litmos.demo.progress import path_progress
from litmos.demo.records import Achievement
from litmos.demo.webhooks import earned

__all__ = ["finish"]


def finish(account: Account, person_id: str, course_id: str) -> list[int]:
    """A person completes a course now, and with it perhaps a learning path; the numbers of the events.

    Raises:
        KeyError: they are not on it.
    """
    world, now = account.world, account.clock()
    result, course, person = world.courses_of(person_id)[course_id], world.courses[course_id], world.people[person_id]
    world.complete(result, now)
    events = [
        account.webhooks.send("achievement.earned", earned(world.achievements[-1], person, course.code, "Course"), now)
    ]
    for path_id in sorted(result.via):
        if path_progress(world.results_in_path(person_id, path_id)).completed == now:
            path = world.paths[path_id]
            whole = Achievement(world.number(), person_id, path_id, path.name, now, None, None)
            data = earned(whole, person, path.code, "LearningPath")
            events.append(account.webhooks.send("achievement.earned", data, now))
    return events
