"""Every read operation in both formats, against the names in the documents."""

import html
import re
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from litmos.demo.sandbox import Sandbox

ADA, NIA = "hUOuZAzHx4L1", "TSOsq63Hvzl1"
FIRE, NEW_STARTER, SALES = "fBQ3pTcKjTw1", "UctolfTclkW1", "fQSe8tfSgAv1"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

USER_ROW = "Id UserName FirstName LastName Active Email AccessLevel Brand"
PROGRESS = "Id Code Name Active Complete PercentageComplete AssignedDate StartDate DateCompleted UpToDate Overdue"
ASSIGNED = f"{PROGRESS} CompliantTill IsLearningPath CourseCreatedDate CourseCreator OriginalId ResultId AccessTillDate"
ASSIGNED_PATH = (
    "Id Name Active OriginalId Complete PercentageComplete AssignedDate StartDate DateCompleted ResultId AccessTillDate"
)
RESULT = f"{PROGRESS} Modules CourseDueDate OriginalId ResultId"
MODULE_RESULT = "Id Code Name Passmark Score Completed LastUpdated StartDate DateCompleted Attempt OriginalId ResultId"
TRAINING = (
    "Id Code Name Active ForSale OriginalId Description EcommerceShortDescription EcommerceLongDescription"
    " CourseCodeForBulkImport Price AccessTillDate AccessTillDays"
)
LEARNER = "Id UserName FirstName LastName Completed PercentageComplete CompliantTill DueDate AccessTillDate"
TEAM_ROW = "Id Name TeamCodeForBulkImport ParentTeamId"
ACHIEVEMENT = (
    "UserId Title Description AchievementDate CourseId CompliantTillDate Score Result Type FirstName LastName"
    " AchievementId CertificateId"
)

LISTS = [
    ("/users", "Users", "User", USER_ROW),
    (f"/users/{ADA}/teams", "Teams", "Team", "Id Name"),
    (f"/users/{ADA}/courses", "Courses", "Course", ASSIGNED),
    (f"/users/{ADA}/learningpaths", "LearningPaths", "LearningPath", ASSIGNED_PATH),
    ("/courses", "Courses", "Course", TRAINING),
    (f"/courses/{FIRE}/modules", "Modules", "Module", "Id Code Name Description"),
    (f"/courses/{FIRE}/users", "Users", "User", LEARNER),
    ("/learningpaths", "LearningPaths", "LearningPath", TRAINING),
    (f"/learningpaths/{NEW_STARTER}/courses", "Courses", "Course", TRAINING),
    (f"/learningpaths/{NEW_STARTER}/users", "Users", "User", LEARNER),
    ("/teams", "Teams", "Team", TEAM_ROW),
    (f"/teams/{SALES}/teams", "Teams", "Team", TEAM_ROW),
    (f"/teams/{SALES}/users", "Users", "User", USER_ROW),
    (f"/teams/{SALES}/leaders", "Users", "User", USER_ROW),
    ("/teams/sGTSYqDfrCs1/admins", "Users", "User", USER_ROW),
    ("/achievements", "Achievements", "Achievement", ACHIEVEMENT),
]
SINGLES = [
    (f"/courses/{FIRE}", "Course", TRAINING),
    (f"/learningpaths/{NEW_STARTER}", "LearningPath", TRAINING),
    (f"/teams/{SALES}", "Team", "Id Name Description"),
]


async def get_json(api: httpx.AsyncClient, path: str, **query: str | int) -> Any:
    response = await api.get(path, params={"format": "json", **query})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    return response.json()


async def get_xml(api: httpx.AsyncClient, path: str) -> ET.Element:
    response = await api.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 - our own server's answer


def tags(element: ET.Element) -> str:
    return " ".join(child.tag for child in element)


@pytest.mark.parametrize(("path", "root", "item", "names"), LISTS, ids=[row[0] for row in LISTS])
async def test_a_list_has_the_documented_names_in_both_formats(
    api: httpx.AsyncClient, path: str, root: str, item: str, names: str
) -> None:
    rows, tree = await get_json(api, path), await get_xml(api, path)
    assert [" ".join(row) for row in rows] == [names] * len(rows)
    assert tree.tag == root and {child.tag for child in tree} == {item}
    assert [tags(child) for child in tree] == [names] * len(rows)
    assert [html.unescape(row["Name"]) for row in rows if "Name" in row] == [
        name.text for name in tree.findall(f"{item}/Name")
    ]


@pytest.mark.parametrize(("path", "root", "names"), SINGLES, ids=[row[0] for row in SINGLES])
async def test_one_record_is_a_bare_object_and_a_bare_root(
    api: httpx.AsyncClient, path: str, root: str, names: str
) -> None:
    row, tree = await get_json(api, path), await get_xml(api, path)
    assert " ".join(row) == names == tags(tree)
    assert tree.tag == root


async def test_a_user_record_has_the_fields_of_the_recording_and_its_secrets(api: httpx.AsyncClient) -> None:
    row, tree = await get_json(api, f"/users/{ADA}"), await get_xml(api, f"/users/{ADA}")
    assert " ".join(row) == tags(tree)
    assert len(row) == 44 and list(row)[-3:] == ["CreatedDate", "Points", "Brand"]
    assert row["FullName"] == "Ada Marsh" and row["Skype"] in {None, ""}
    assert re.fullmatch(r"https://example\.litmos\.com/login\.aspx\?loginkey=[0-9a-f-]{36}", row["LoginKey"])
    assert row["Password"] == f"pw-SECRET-{ADA}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["LastLogin"])
    assert tree.findtext("LastLogin") == row["LastLogin"]


async def test_who_never_signed_in_has_an_empty_last_login(api: httpx.AsyncClient) -> None:
    assert (await get_json(api, "/users/lNNtZx3cK8n1"))["LastLogin"] == ""


async def test_user_names_work_in_the_path_of_one_user_only(api: httpx.AsyncClient) -> None:
    name = "nia%2Bfield%2Feu%40example.com"
    assert (await get_json(api, f"/users/{name}"))["Id"] == NIA
    assert (await get_json(api, "/users/nia+field%2Feu@example.com"))["Id"] == NIA
    assert (await api.get("/users/nia+field/eu@example.com")).status_code == 404
    assert (await api.get(f"/users/{name}/courses")).json() == {"Detail": "User not found"}


async def test_a_user_name_that_is_anothers_address_finds_its_owner(api: httpx.AsyncClient) -> None:
    assert (await get_json(api, "/users/k.novak@example.com"))["FirstName"] == "Kim"


async def test_ids_that_differ_only_in_case_are_two_people(api: httpx.AsyncClient) -> None:
    assert (await get_json(api, "/users/hQ7vLmZt2Xw1"))["FirstName"] == "Paula"
    assert (await get_json(api, "/users/hq7vLmZt2Xw1"))["FirstName"] == "Paul"
    assert (await api.get("/users/HQ7VLMZT2XW1")).status_code == 404


async def test_json_escapes_names_once_and_descriptions_on_top_of_their_html(api: httpx.AsyncClient) -> None:
    text = (await api.get(f"/courses/{FIRE}", params={"format": "json"})).text
    assert '"Name":"Fire &amp; Safety"' in text
    assert r"&lt;p&gt;Alarms, exits &amp;amp; assembly points.&lt;\/p&gt;" in text
    assert '"Price":0.00' in text and '"OriginalId":4' in text
    assert "O&#39;Brien" in (await api.get("/users", params={"format": "json", "search": "obrien"})).text
    policy = await get_json(api, "/courses", search="gifts")
    assert policy[0]["Name"] == "Anti-Bribery &quot;Gifts&quot; Policy"


async def test_xml_escapes_names_once(api: httpx.AsyncClient) -> None:
    response = await api.get(f"/courses/{FIRE}")
    assert "<Name>Fire &amp; Safety</Name>" in response.text
    assert "&lt;p&gt;Alarms, exits &amp;amp; assembly points.&lt;/p&gt;" in response.text


async def test_dates_are_milliseconds_in_json_and_iso_without_zone_in_xml(api: httpx.AsyncClient) -> None:
    row = (await get_json(api, f"/users/{ADA}/courses"))[0]
    assert row["AssignedDate"] == "/Date(1769063760250-0000)/"
    first = (await get_xml(api, f"/users/{ADA}/courses"))[0]
    assert first.findtext("AssignedDate") == "2026-01-22T06:36:00.250"
    start = first.find("StartDate")
    assert start is not None and start.get(NIL) == "true" and start.text is None


async def test_a_date_on_the_whole_second_has_no_fraction_in_xml(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.world.course_results[ADA][FIRE].assigned = sandbox.clock().replace(microsecond=0)
    first = (await get_xml(api, f"/users/{ADA}/courses"))[0]
    assert first.findtext("AssignedDate") == "2026-03-02T09:00:00"


async def test_an_empty_list_is_an_empty_root(api: httpx.AsyncClient) -> None:
    response = await api.get("/users", params={"search": "beelzebub"})
    assert response.text == '<Users xmlns:i="http://www.w3.org/2001/XMLSchema-instance" />'
    assert await get_json(api, "/users", search="beelzebub") == []


async def test_ada_shows_every_state(api: httpx.AsyncClient) -> None:
    rows = {row["Code"]: row for row in await get_json(api, f"/users/{ADA}/courses")}
    assert len(rows) == 13
    assert [code for code, row in rows.items() if row["Overdue"]] == ["FIRE-01"]
    assert [code for code, row in rows.items() if row["Complete"]] == ["FA-01", "AQPX-01", "LEAD-01"]
    assert [code for code, row in rows.items() if not row["UpToDate"]] == ["LEAD-01"]
    assert [code for code, row in rows.items() if row["IsLearningPath"]] == ["NS"]
    assert [code for code, row in rows.items() if row["PercentageComplete"] == 50] == ["SELL-01", "XLF-01"]
    assert rows["WAH-01"]["AccessTillDate"] is not None


async def test_result_ids_are_sometimes_numbers_and_sometimes_text(api: httpx.AsyncClient) -> None:
    rows = await get_json(api, f"/users/{ADA}/courses")
    assert {type(row["ResultId"]) for row in rows} == {int, str}
    assert {type(row["OriginalId"]) for row in rows} == {int}


async def test_module_results_come_in_several_wrappings(api: httpx.AsyncClient) -> None:
    shapes, roots = set(), set()
    for row in await get_json(api, f"/users/{ADA}/courses"):
        if row["IsLearningPath"]:
            continue
        answer = await get_json(api, f"/users/{ADA}/courses/{row['Id']}")
        shapes.add(type(answer))
        record = answer[0] if isinstance(answer, list) else answer
        assert " ".join(record) == RESULT
        assert {" ".join(module) for module in record["Modules"]} == {MODULE_RESULT}
        tree = await get_xml(api, f"/users/{ADA}/courses/{row['Id']}")
        roots.add(tree.tag)
        course = tree[0] if tree.tag == "Courses" else tree
        assert tags(course) == RESULT
        assert {tags(module) for module in course.findall("Modules/Module")} == {MODULE_RESULT}
    assert shapes == {dict, list} and roots == {"Course", "Courses"}


async def test_modules_tell_scores_and_attempts(api: httpx.AsyncClient) -> None:
    answer = await get_json(api, f"/users/{ADA}/courses/od6tHqlqMfj1")
    record = answer[0] if isinstance(answer, list) else answer
    quiz = record["Modules"][-1]
    assert (quiz["Passmark"], quiz["Score"], quiz["Completed"], quiz["Attempt"]) == (70, 82, True, 2)
    assert quiz["DateCompleted"] == record["DateCompleted"]
    assert isinstance(quiz["OriginalId"], str)


@pytest.mark.parametrize("path", [f"/users/{ADA}/courses/nothing", f"/users/{ADA}/courses/{NEW_STARTER}"])
async def test_results_of_what_is_not_an_assigned_course_are_not_found(api: httpx.AsyncClient, path: str) -> None:
    response = await api.get(path)
    assert response.status_code == 404 and response.json() == {"Detail": "Course not found"}
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "path",
    [
        "/users/x", "/users/x/teams", "/users/x/courses", "/users/x/courses/y", "/users/x/learningpaths",
        "/courses/x", "/courses/x/modules", "/courses/x/users", "/learningpaths/x",
        "/learningpaths/x/courses", "/learningpaths/x/users", "/teams/x", "/teams/x/teams", "/teams/x/users",
        "/teams/x/leaders", "/teams/x/admins", "/nothing", "/users/", "/users/a/b/c/d/e", "/results",
    ],
)  # fmt: skip
async def test_what_is_not_there_answers_404(api: httpx.AsyncClient, path: str) -> None:
    response = await api.get(path)
    assert response.status_code == 404 and "Detail" in response.json()


@pytest.mark.parametrize(
    ("path", "search", "expected"),
    [
        ("/users", "MARSH", ["Ada"]),
        ("/users", "frontdesk", ["Rosa", "Femi"]),
        ("/users", "reception@", ["Rosa", "Femi"]),
        ("/users", "陈", ["美"]),
        ("/users", "Sam Lee", []),
        ("/courses", "first aid", ["First Aid", "First Aid"]),
        ("/courses", "FIRE-01", []),
        ("/learningpaths", "forklift", ["Forklift Licence"]),
        ("/teams", "sales", ["Sales", "Sales EMEA"]),
    ],
)
async def test_search_looks_into_the_documented_fields(
    api: httpx.AsyncClient, path: str, search: str, expected: list[str]
) -> None:
    rows = await get_json(api, path, search=search)
    assert [row.get("FirstName", row.get("Name")) for row in rows] == expected


async def test_inactive_people_are_listed_unless_it_is_declined(api: httpx.AsyncClient) -> None:
    assert len(await get_json(api, "/users", search="petrov")) == 1
    assert await get_json(api, "/users", search="petrov", showInactive="false") == []


async def test_paging_gives_every_row_once(api: httpx.AsyncClient) -> None:
    everybody = [row["Id"] for row in await get_json(api, "/users")]
    paged = []
    for start in range(0, 80, 20):
        paged += [row["Id"] for row in await get_json(api, "/users", start=start, limit=20)]
    assert paged == everybody and len(everybody) == 60
    assert await get_json(api, "/users", start=5000) == []


async def test_a_page_has_100_rows_unless_told_and_never_more_than_1000(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    for number in range(1100):
        sandbox.world.add_course(f"Course {number}", modules=0)
    assert len(await get_json(api, "/courses")) == 100
    assert len(await get_json(api, "/courses", limit=5000)) == 1000
    assert await get_json(api, "/courses", limit=0) == []


@pytest.mark.parametrize("query", [{"limit": "ten"}, {"start": "-1"}, {"limit": "9" * 20}, {"limit": ""}])
async def test_limits_that_are_no_numbers_are_refused(api: httpx.AsyncClient, query: dict[str, str]) -> None:
    response = await api.get("/users", params=query)
    assert response.status_code == 400 and "must be a number" in response.json()["Detail"]


async def test_achievements_come_newest_first_and_can_be_narrowed(api: httpx.AsyncClient) -> None:
    dates = [row["AchievementDate"] for row in await get_json(api, "/achievements", limit=1000)]
    assert dates == sorted(dates, key=lambda text: int(text[6:19]), reverse=True)
    mine = await get_json(api, "/achievements", userid=ADA)
    assert [row["CourseId"] for row in mine] == ["sam9cDIPYST1", "od6tHqlqMfj1", "V-vpWbj8hko1"]
    assert len(await get_json(api, "/achievements", userid=ADA, since="2025-12-01")) == 1
    assert (await api.get("/achievements", params={"since": "yesterday"})).status_code == 400


async def test_the_courses_of_several_users_in_json(api: httpx.AsyncClient) -> None:
    response = await api.post(
        "/users/courses", params={"format": "json"}, json=[{"Id": ADA}, {"Id": "nobody"}, {"Id": NIA}]
    )
    assert response.status_code == 200
    ada, nia = response.json()
    assert list(ada) == ["Id", "Courses"] and nia["Id"] == NIA
    assert {" ".join(row) for row in ada["Courses"]} == {f"{ASSIGNED} UserId"}
    assert {row["UserId"] for row in ada["Courses"]} == {ADA}


async def test_the_courses_of_several_users_in_xml_are_irregular(api: httpx.AsyncClient) -> None:
    body = f"<Users><User><Id>{ADA}</Id></User><User><Id>{NIA}</Id></User></Users>"
    response = await api.post("/users/courses", content=body, headers={"content-type": "application/xml"})
    tree = ET.fromstring(response.content)  # noqa: S314 - our own server's answer
    rows = {tags(row) for row in tree.findall("User/Courses/Course")}
    irregular = ASSIGNED.replace("CompliantTill", "ComplaintTill").replace("CourseCreatedDate", "CourseCreateDate")
    assert rows == {f"{ASSIGNED} UserId", irregular.replace("ResultId", "ResultId ResultId")}


@pytest.mark.parametrize(("people", "status"), [(0, 200), (25, 200), (26, 400)])
async def test_at_most_25_users_can_be_asked_for_at_once(
    api: httpx.AsyncClient, sandbox: Sandbox, people: int, status: int
) -> None:
    ids = [{"Id": person_id} for person_id in list(sandbox.world.people)[:people]]
    response = await api.post("/users/courses", params={"format": "json"}, json=ids)
    assert response.status_code == status
    assert ("Detail" in response.json()) == (status == 400)
