"""Assigning, removing and resetting: the documented statuses, and what the world looks like afterwards."""

import httpx
import pytest

from litmos.demo.sandbox import Mail, Sandbox

ADA, NOOR = "hUOuZAzHx4L1", "lNNtZx3cK8n1"
FIRE, GDPR, FORKLIFT, FIRST_AIDER = "fBQ3pTcKjTw1", "9dlc4uB7EnC1", "7qhuMk9zUGI1", "tkg_Xoa72Gg1"
LEGACY, HEIGHT, FIRST_AID = "6VRLetC-Psn1", "XRqyEo8Vet11", "od6tHqlqMfj1"
NEW_STARTER, LICENCE = "UctolfTclkW1", "gm9XCoREXnc1"
XML, JSON = {"content-type": "application/xml"}, {"content-type": "application/json"}
NO_BODY = {"content-length": "0"}


def courses_xml(*ids: str) -> str:
    return "<Courses>" + "".join(f"<Course><Id>{one}</Id></Course>" for one in ids) + "</Courses>"


@pytest.mark.parametrize("kind", ["json", "xml", "text/xml", "json; charset=utf-8"])
async def test_assigning_answers_201_without_a_body_and_mails_the_learner(
    api: httpx.AsyncClient, sandbox: Sandbox, kind: str
) -> None:
    body = courses_xml(FORKLIFT) if "xml" in kind else f'[{{"Id": "{FORKLIFT}"}}]'
    content_type = kind if "/" in kind else f"application/{kind}"
    response = await api.post(f"/users/{ADA}/courses", content=body, headers={"content-type": content_type})
    assert (response.status_code, response.content) == (201, b"")
    result = sandbox.world.courses_of(ADA)[FORKLIFT]
    assert result.assigned == sandbox.clock() and result.started is None and result.direct
    assert sandbox.mails == [Mail(ADA, FORKLIFT, sandbox.clock())]


@pytest.mark.parametrize("send", ["false", "False"])
async def test_no_mail_is_sent_when_it_is_declined(api: httpx.AsyncClient, sandbox: Sandbox, send: str) -> None:
    await api.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}], params={"sendmessage": send})
    assert FORKLIFT in sandbox.world.courses_of(ADA) and sandbox.mails == []


async def test_who_never_signed_in_gets_no_mail(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await api.post(f"/users/{NOOR}/learningpaths", json=[{"Id": LICENCE}])
    assert LICENCE in sandbox.world.paths_of(NOOR) and sandbox.mails == []


@pytest.mark.parametrize("ignored", ["unknown", LEGACY, FIRE, GDPR, NEW_STARTER, "FBQ3PTCKJTW1"])
async def test_what_cannot_be_assigned_is_ignored_silently(
    api: httpx.AsyncClient, sandbox: Sandbox, ignored: str
) -> None:
    before = repr(sandbox.world.courses_of(ADA))
    response = await api.post(f"/users/{ADA}/courses", json=[{"Id": ignored}])
    assert response.status_code == 201 and sandbox.mails == []
    assert repr(sandbox.world.courses_of(ADA)) == before


async def test_a_course_given_twice_is_assigned_once(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await api.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}, {"Id": "x"}, {"Id": FORKLIFT}])
    assert len(sandbox.mails) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("[{", JSON), ('{"Id": "x"}', JSON), ('["x"]', JSON), ('[{"Id": 7}]', JSON), ('[{"id": "x"}]', JSON),
        ("[" * 60_000, JSON), (b"\xff\xfe[", JSON), ("", JSON), (courses_xml("x"), JSON),
        ('[{"Id": "x"}]', XML), ("<Courses><Course>", XML), ("<Users/>", XML),
        ("<Courses><LearningPath><Id>x</Id></LearningPath></Courses>", XML),
        ("<Courses><Course/></Courses>", XML), ('[{"Id": "x"}]', {"content-type": "text/plain"}),
        ('[{"Id": "x"}]', {}),
    ],
)  # fmt: skip
async def test_a_body_that_cannot_be_read_answers_500_with_a_page(
    api: httpx.AsyncClient, body: str | bytes, headers: dict[str, str]
) -> None:
    response = await api.post(f"/users/{ADA}/courses", content=body, headers=headers)
    assert response.status_code == 500
    assert response.headers["content-type"].startswith("text/html") and "<html>" in response.text


@pytest.mark.parametrize("path", ["/users/courses", f"/users/{ADA}/learningpaths"])
async def test_the_other_posts_read_their_bodies_as_strictly(api: httpx.AsyncClient, path: str) -> None:
    response = await api.post(path, content=courses_xml("x"), headers=XML)
    assert response.status_code == 500


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/users/x/courses"), ("POST", "/users/x/learningpaths"), ("DELETE", "/users/x/courses/y"),
        ("DELETE", "/users/x/learningpaths/y"), ("PUT", "/users/x/courses/y/reset"),
    ],
)  # fmt: skip
async def test_changes_to_nobody_are_not_found(api: httpx.AsyncClient, method: str, path: str) -> None:
    response = await api.request(method, path, headers=NO_BODY)
    assert response.status_code == 404 and response.json() == {"Detail": "User not found"}
    assert response.headers["content-type"] == "application/json"


async def test_user_names_do_not_work_for_changes(api: httpx.AsyncClient) -> None:
    response = await api.post("/users/ada.marsh@example.com/courses", json=[{"Id": FORKLIFT}])
    assert response.status_code == 404


async def test_removing_a_course_answers_200_and_a_second_time_404(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    first = await api.delete(f"/users/{ADA}/courses/{FIRE}", headers=NO_BODY)
    second = await api.delete(f"/users/{ADA}/courses/{FIRE}", headers=NO_BODY)
    assert (first.status_code, first.content, second.status_code) == (200, b"", 404)
    assert FIRE not in sandbox.world.courses_of(ADA)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/users/{ADA}/courses/{FORKLIFT}"),
        ("DELETE", f"/users/{ADA}/courses/{NEW_STARTER}"),
        ("DELETE", f"/users/{ADA}/learningpaths/{LICENCE}"),
        ("DELETE", f"/users/{ADA}/learningpaths/{FIRE}"),
        ("PUT", f"/users/{ADA}/courses/{FORKLIFT}/reset"),
        ("PUT", f"/users/{ADA}/courses/{NEW_STARTER}/reset"),
    ],
)
async def test_what_is_not_assigned_cannot_be_removed_or_reset(api: httpx.AsyncClient, method: str, path: str) -> None:
    response = await api.request(method, path, headers=NO_BODY)
    assert response.status_code == 404 and response.json()["Detail"].endswith("not found")


async def test_a_course_of_an_assigned_path_cannot_be_removed_but_reset(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    removed = await api.delete(f"/users/{ADA}/courses/{GDPR}", headers=NO_BODY)
    assert removed.status_code == 400
    assert removed.json() == {"Detail": "Course is part of a learning path"}
    assert GDPR in sandbox.world.courses_of(ADA)
    assert (await api.put(f"/users/{ADA}/courses/{GDPR}/reset", headers=NO_BODY)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", f"/users/{ADA}/courses/{FIRE}"), ("PUT", f"/users/{ADA}/courses/{FIRE}/reset")],
)
@pytest.mark.parametrize("length", [None, "2"])
async def test_put_and_delete_want_a_content_length_of_zero(
    api: httpx.AsyncClient, sandbox: Sandbox, method: str, path: str, length: str | None
) -> None:
    request = api.build_request(method, path, content=b"{}" if length else None)
    if length is None:
        request.headers.pop("content-length", None)
    response = await api.send(request)
    assert response.status_code == 411 and response.json() == {"Detail": "Length Required"}
    assert FIRE in sandbox.world.courses_of(ADA)


async def test_resetting_brings_a_completed_course_back_to_the_beginning(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    earned = len(sandbox.world.achievements)
    response = await api.put(f"/users/{ADA}/courses/{FIRST_AID}/reset")  # httpx sends the length of a PUT
    assert (response.status_code, response.content) == (200, b"")
    answer = (await api.get(f"/users/{ADA}/courses/{FIRST_AID}", params={"format": "json"})).json()
    record = answer[0] if isinstance(answer, list) else answer
    assert (record["Complete"], record["PercentageComplete"]) == (False, 0)
    assert record["StartDate"] is None and record["DateCompleted"] is None
    for module in record["Modules"]:
        cleared = [module[name] for name in ("Score", "LastUpdated", "StartDate", "DateCompleted")]
        assert cleared == [None] * 4 and (module["Completed"], module["Attempt"]) == (False, 0)
    assert len(sandbox.world.achievements) == earned


async def test_assigning_a_path_assigns_its_courses_and_mails_once(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    body = f"<LearningPaths><LearningPath><Id>{LICENCE}</Id></LearningPath></LearningPaths>"
    response = await api.post(f"/users/{ADA}/learningpaths", content=body, headers=XML)
    assert (response.status_code, response.content) == (201, b"")
    assert sandbox.mails == [Mail(ADA, LICENCE, sandbox.clock())]
    rows = (await api.get(f"/users/{ADA}/courses", params={"format": "json"})).json()
    flags = {row["Id"]: row["IsLearningPath"] for row in rows}
    assert flags[LICENCE] is True and flags[FORKLIFT] is False
    paths = (await api.get(f"/users/{ADA}/learningpaths", params={"format": "json"})).json()
    assert [row["Id"] for row in paths] == [NEW_STARTER, LICENCE]


async def test_removing_a_path_removes_only_what_came_through_it_alone(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    twin = sandbox.world.add_path("Twin", [FORKLIFT, FIRST_AIDER])
    await api.post(f"/users/{ADA}/learningpaths", json=[{"Id": LICENCE}, {"Id": twin.id}])
    response = await api.delete(f"/users/{ADA}/learningpaths/{LICENCE}", headers=NO_BODY)
    assert (response.status_code, response.content) == (201, b"")
    mine = sandbox.world.courses_of(ADA)
    assert HEIGHT in mine and not mine[HEIGHT].via, "assigned by itself before"
    assert mine[FORKLIFT].via == {twin.id}
    again = await api.delete(f"/users/{ADA}/learningpaths/{LICENCE}", headers=NO_BODY)
    assert again.status_code == 404
    await api.delete(f"/users/{ADA}/learningpaths/{twin.id}", headers=NO_BODY)
    assert FORKLIFT not in sandbox.world.courses_of(ADA)


@pytest.mark.parametrize("ignored", ["unknown", FIRE, NEW_STARTER])
async def test_paths_that_cannot_be_assigned_are_ignored(
    api: httpx.AsyncClient, sandbox: Sandbox, ignored: str
) -> None:
    before = list(sandbox.world.paths_of(ADA))
    response = await api.post(f"/users/{ADA}/learningpaths", json=[{"Id": ignored}])
    assert response.status_code == 201 and sandbox.mails == []
    assert list(sandbox.world.paths_of(ADA)) == before


async def test_an_inactive_path_is_ignored_and_an_inactive_course_of_a_path_is_left_out(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    gone = sandbox.world.add_path("Gone", [FORKLIFT], active=False)
    half = sandbox.world.add_path("Half", [LEGACY])
    await api.post(f"/users/{ADA}/learningpaths", json=[{"Id": gone.id}, {"Id": half.id}])
    assert list(sandbox.world.paths_of(ADA)) == [NEW_STARTER, half.id]
    assert LEGACY not in sandbox.world.courses_of(ADA)
    rows = (await api.get(f"/users/{ADA}/learningpaths", params={"format": "json"})).json()
    assert (rows[-1]["PercentageComplete"], rows[-1]["Complete"]) == (0, False)


async def test_the_progress_of_a_path_is_that_of_its_courses(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    world, now = sandbox.world, sandbox.clock()
    one, two = world.add_course("One", modules=2), world.add_course("Two", modules=2)
    path = world.add_path("Both", [one.id, two.id])
    world.assign_course(NOOR, one.id, at=now, completed=now)
    world.assign_course(NOOR, two.id, at=now, percent=50)
    world.assign_path(NOOR, path.id, at=now)
    query = {"format": "json"}
    row = (await api.get(f"/users/{NOOR}/learningpaths", params=query)).json()[-1]
    assert (row["PercentageComplete"], row["Complete"], row["DateCompleted"]) == (75, False, None)
    world.courses_of(NOOR)[two.id].completed = now
    row = (await api.get(f"/users/{NOOR}/learningpaths", params=query)).json()[-1]
    assert (row["PercentageComplete"], row["Complete"]) == (100, True) and row["DateCompleted"]
    (learner,) = (await api.get(f"/learningpaths/{path.id}/users", params=query)).json()
    assert learner["Completed"] is True
