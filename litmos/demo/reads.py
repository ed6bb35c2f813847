"""The operations that only read: a call and the world in, an answer out."""

from litmos.demo import answers, results
from litmos.demo.calls import Answer, Call, Refused
from litmos.demo.formats import Listing, Record, Unreadable, read_ids
from litmos.demo.progress import path_progress
from litmos.demo.records import Course, LearningPath, Person, Team
from litmos.demo.world import World

MOST_USERS = 25


def person_of(call: Call, world: World) -> Person:
    """The person whose id is the first open part of the path."""
    person = world.people.get(call.args[0])
    if person is None:
        raise Refused(404, "User not found")
    return person


def _course_of(call: Call, world: World) -> Course:
    course = world.courses.get(call.args[0])
    if course is None:
        raise Refused(404, "Course not found")
    return course


def _path_of(call: Call, world: World) -> LearningPath:
    path = world.paths.get(call.args[0])
    if path is None:
        raise Refused(404, "Learning path not found")
    return path


def _team_of(call: Call, world: World) -> Team:
    team = world.teams.get(call.args[0])
    if team is None:
        raise Refused(404, "Team not found")
    return team


def users(call: Call, world: World) -> Answer:
    """GET /users."""
    inactive = call.query.get("showInactive", "").lower() != "false"
    found = [
        person
        for person in world.people.values()
        if (person.active or inactive)
        and call.finds(person.first_name, person.last_name, person.email, person.user_name)
    ]
    return Answer(body=call.page("Users", found, answers.user_row))


def user(call: Call, world: World) -> Answer:
    """By id or, here only, by user name."""
    person = world.people.get(call.args[0]) or world.person_by_user_name(call.args[0])
    if person is None:
        raise Refused(404, "User not found")
    return Answer(body=answers.user(person))


def user_teams(call: Call, world: World) -> Answer:
    """GET /users/{userid}/teams."""
    teams = world.teams_of(person_of(call, world).id)
    return Answer(body=call.page("Teams", teams, answers.team_name))


def user_courses(call: Call, world: World) -> Answer:
    """GET /users/{userid}/courses."""
    rows = _training_of(person_of(call, world), call, world)
    return Answer(body=call.page("Courses", rows, lambda row: row))


def _training_of(person: Person, call: Call, world: World) -> list[Record]:
    """A row for each course of a person and, after them, one for each learning path."""
    rows = [
        results.assigned_course(world.courses[result.course_id], result, call.at)
        for result in world.courses_of(person.id).values()
    ]
    for path_id, result in world.paths_of(person.id).items():
        progress = path_progress(world.results_in_path(person.id, path_id))
        rows.append(results.path_as_course(world.paths[path_id], result, progress))
    return rows


def user_paths(call: Call, world: World) -> Answer:
    """GET /users/{userid}/learningpaths."""
    person = person_of(call, world)

    def row(path_id: str) -> Record:
        progress = path_progress(world.results_in_path(person.id, path_id))
        return results.assigned_path(world.paths[path_id], world.paths_of(person.id)[path_id], progress)

    return Answer(body=call.page("LearningPaths", list(world.paths_of(person.id)), row))


def user_course(call: Call, world: World) -> Answer:
    """One course with its modules, in the several wrappings that were seen."""
    person = person_of(call, world)
    result = world.courses_of(person.id).get(call.args[1])
    if result is None:
        raise Refused(404, "Course not found")
    course = world.courses[result.course_id]
    record = results.course_with_modules(course, result, call.at)
    bare = course.original_id % 2 == 0 if call.wants_json else course.original_id % 5 == 0
    return Answer(body=record if bare else Listing("Courses", (record,)))


def courses_of_users(call: Call, world: World) -> Answer:
    """Of at most 25 people, in the order asked for; ids of nobody are left out."""
    try:
        ids = read_ids(call.body, call.content_type, "Users", "User")
    except Unreadable:
        raise Refused(500, "Request Error") from None
    if len(ids) > MOST_USERS:
        raise Refused(400, f"No more than {MOST_USERS} users may be requested at once")
    people = [world.people[person_id] for person_id in dict.fromkeys(ids) if person_id in world.people]
    return Answer(body=Listing("Users", tuple(_user_with_courses(person, call, world) for person in people)))


def _user_with_courses(person: Person, call: Call, world: World) -> Record:
    rows = []
    for row in _training_of(person, call, world):
        number = int(str(dict(row.fields)["ResultId"]))
        irregular = not call.wants_json and number % 4 == 0
        rows.append(results.of_many(row, person.id, irregular=irregular))
    return Record("User", (("Id", person.id), ("Courses", Listing("Courses", tuple(rows)))))


def courses(call: Call, world: World) -> Answer:
    """GET /courses."""
    found = [course for course in world.courses.values() if call.finds(course.name)]
    return Answer(body=call.page("Courses", found, answers.training))


def course(call: Call, world: World) -> Answer:
    """GET /courses/{courseid}."""
    return Answer(body=answers.training(_course_of(call, world)))


def course_modules(call: Call, world: World) -> Answer:
    """GET /courses/{courseid}/modules."""
    return Answer(body=call.page("Modules", _course_of(call, world).modules, answers.module))


def course_users(call: Call, world: World) -> Answer:
    """GET /courses/{courseid}/users."""
    course_id = _course_of(call, world).id
    people = [person for person in world.people.values() if course_id in world.courses_of(person.id)]
    return Answer(
        body=call.page("Users", people, lambda person: results.learner(person, world.courses_of(person.id)[course_id]))
    )


def paths(call: Call, world: World) -> Answer:
    """GET /learningpaths."""
    found = [path for path in world.paths.values() if call.finds(path.name)]
    return Answer(body=call.page("LearningPaths", found, answers.training))


def path(call: Call, world: World) -> Answer:
    """GET /learningpaths/{id}."""
    return Answer(body=answers.training(_path_of(call, world)))


def path_courses(call: Call, world: World) -> Answer:
    """GET /learningpaths/{id}/courses."""
    inside = [world.courses[course_id] for course_id in _path_of(call, world).course_ids]
    return Answer(body=call.page("Courses", inside, answers.training))


def path_users(call: Call, world: World) -> Answer:
    """GET /learningpaths/{id}/users."""
    path_id = _path_of(call, world).id
    people = [person for person in world.people.values() if path_id in world.paths_of(person.id)]

    def row(person: Person) -> Record:
        progress = path_progress(world.results_in_path(person.id, path_id))
        return results.path_learner(person, world.paths_of(person.id)[path_id], progress)

    return Answer(body=call.page("Users", people, row))


def teams(call: Call, world: World) -> Answer:
    """GET /teams."""
    found = [team for team in world.teams.values() if call.finds(team.name)]
    return Answer(body=call.page("Teams", found, answers.team_row))


def team(call: Call, world: World) -> Answer:
    """GET /teams/{teamid}."""
    return Answer(body=answers.team(_team_of(call, world)))


def sub_teams(call: Call, world: World) -> Answer:
    """GET /teams/{teamid}/teams."""
    parent = _team_of(call, world)
    below = [team for team in world.teams.values() if team.parent_id == parent.id]
    return Answer(body=call.page("Teams", below, answers.team_row))


def team_users(call: Call, world: World) -> Answer:
    """GET /teams/{teamid}/users."""
    return _people(call, world, _team_of(call, world).members)


def team_leaders(call: Call, world: World) -> Answer:
    """GET /teams/{teamid}/leaders."""
    return _people(call, world, _team_of(call, world).leaders)


def team_admins(call: Call, world: World) -> Answer:
    """GET /teams/{teamid}/admins."""
    return _people(call, world, _team_of(call, world).admins)


def _people(call: Call, world: World, ids: list[str]) -> Answer:
    return Answer(body=call.page("Users", ids, lambda person_id: answers.user_row(world.people[person_id])))


def achievements(call: Call, world: World) -> Answer:
    """Newest first, from `since` on, of all people or of `userid`."""
    since, person_id = call.date("since"), call.query.get("userid")
    earned = [
        one for one in world.achievements if (since is None or one.at >= since) and person_id in {None, one.person_id}
    ]
    earned.sort(key=lambda one: (one.at, one.id), reverse=True)
    return Answer(body=call.page("Achievements", earned, lambda one: answers.achievement(world, one)))
