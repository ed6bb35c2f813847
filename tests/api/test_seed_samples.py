"""The samples of the seed page ("User Assignments Results Via API") parse, with every irregularity they show."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from litmos.api.assignments import course_results, courses_of, courses_of_many, learning_paths_of
from litmos.api.call import Call, Reply
from litmos.errors import UnexpectedReply
from litmos.model import CourseAssignment

XML, JSON = "application/xml; charset=utf-8", "application/json; charset=utf-8"

# As on the page, ids filled in where it leaves them empty; the third course keeps its empty fields, the misspelt
# `ComplaintTill` and `CourseCreateDate`, the doubled `ResultId` and the missing `UserId`.
MANY_XML = """
<Users xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
    <User>
        <Id>u1</Id>
        <Courses>
            <Course>
                <Id>c1</Id>
                <Code/>
                <Name>Fire &amp; Safety</Name>
                <Active>true</Active>
                <Complete>false</Complete>
                <PercentageComplete>0.00</PercentageComplete>
                <AssignedDate>2020-12-12T09:18:00.647</AssignedDate>
                <StartDate i:nil="true"/>
                <DateCompleted i:nil="true"/>
                <UpToDate>true</UpToDate>
                <Overdue>false</Overdue>
                <CompliantTill i:nil="true"/>
                <IsLearningPath>false</IsLearningPath>
                <CourseCreatedDate>2020-10-15T11:04:33.297</CourseCreatedDate>
                <CourseCreator i:nil="true"/>
                <OriginalId>7</OriginalId>
                <ResultId>8</ResultId>
                <AccessTillDate i:nil="true"/>
                <UserId>u1</UserId>
            </Course>
        </Courses>
    </User>
    <User>
        <Id>u2</Id>
        <Courses>
            <Course>
                <Id></Id>
                <Code></Code>
                <Name></Name>
                <Active></Active>
                <Complete></Complete>
                <PercentageComplete>0.00</PercentageComplete>
                <AssignedDate>2020-04-07T11:22:40.327</AssignedDate>
                <StartDate>2020-04-12T08:45:40.824</StartDate>
                <DateCompleted i:nil="true"/>
                <UpToDate></UpToDate>
                <Overdue></Overdue>
                <ComplaintTill>2021-04-07T00:00:00</ComplaintTill>
                <IsLearningPath></IsLearningPath>
                <CourseCreateDate></CourseCreateDate>
                <CourseCreator i:nil="true"/>
                <OriginalId></OriginalId>
                <ResultId></ResultId>
                <ResultId>99</ResultId>
                <AccessTillDate i:nil="true"/>
            </Course>
        </Courses>
    </User>
    <User>
        <Id>u3</Id>
        <Courses/>
    </User>
</Users>
"""

MANY_JSON = r"""
[
  {
    "Id": "AbC123eFg456HiJ789",
    "Courses": [
      {
        "Id": "", "Code": "Code 123", "Name": "Example &quot;Course&quot; Name &amp; more",
        "Active": true, "Complete": false, "PercentageComplete": 0.00,
        "AssignedDate": "\/Date(1234567891011-0000)\/", "StartDate": null, "DateCompleted": null,
        "UpToDate": true, "Overdue": false, "CompliantTill": null, "IsLearningPath": false,
        "CourseCreatedDate": "/Date(1234567891011-0000)/", "CourseCreator": null,
        "OriginalId": 1234567, "ResultId": 123456789, "AccessTillDate": null, "UserId": "AbCDeFg123456HiJ789"
      },
      {
        "Id": "AbC123456eFgHiJ789", "Code": "Code 123", "Name": "Example LP Name",
        "Active": true, "Complete": false, "PercentageComplete": 12.50,
        "AssignedDate": "/Date(1234567891011-0000)/", "StartDate": null, "DateCompleted": null,
        "UpToDate": true, "Overdue": false, "CompliantTill": null, "IsLearningPath": true,
        "CourseCreatedDate": "/Date(1234567891011-0000)/", "CourseCreator": null,
        "OriginalId": 1234566, "ResultId": "123456788", "AccessTillDate": null, "UserId": "AbCDeFg123456789HiJ"
      }
    ]
  }
]
"""

RESULTS_XML = """
<Courses>
    <Course>
        <Id>c1</Id><Code>FIRE-01</Code><Name>Fire &amp; Safety</Name><Active>true</Active><Complete>true</Complete>
        <PercentageComplete>100.00</PercentageComplete>
        <AssignedDate>2020-01-01T10:00:00</AssignedDate><StartDate>2020-01-02T10:00:00.123</StartDate>
        <DateCompleted>2020-01-03T10:00:00.1234567</DateCompleted>
        <UpToDate>false</UpToDate><Overdue>false</Overdue>
        <Modules>
            <Module>
                <Id>m1</Id><Code></Code><Name>Quiz</Name><Passmark>80</Passmark><Score>92</Score>
                <Completed>true</Completed>
                <LastUpdated xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>
                <StartDate>2020-01-02T10:00:00</StartDate><DateCompleted>2020-01-03T10:00:00Z</DateCompleted>
                <Attempt>3</Attempt><OriginalId>5</OriginalId><ResultId>r5</ResultId>
            </Module>
            <Module><Id>m2</Id><Name>Film</Name><Passmark/><Score/><Completed/><Attempt/></Module>
        </Modules>
        <CourseDueDate>2020-02-01T00:00:00.000</CourseDueDate><OriginalId>7</OriginalId><ResultId>8</ResultId>
    </Course>
</Courses>
"""

PATHS_XML = """
<LearningPaths>
    <LearningPath>
        <Id>lp1</Id><Name>New Starter</Name><Active>true</Active><OriginalId>1</OriginalId>
        <Complete>false</Complete><PercentageComplete>33.33</PercentageComplete>
        <AssignedDate>2020-01-01T10:00:00.647</AssignedDate><StartDate/><DateCompleted/><ResultId/><AccessTillDate/>
    </LearningPath>
</LearningPaths>
"""


def at(*parts: int) -> datetime:
    padded = (*parts, 0, 0, 0, 0)[:7]
    return datetime(*padded, tzinfo=UTC)  # type: ignore[misc, arg-type]  # seven numbers are a moment


def parsed(call: Call[Any], body: str, kind: str) -> Any:
    return call.parse(Reply(200, kind, body.strip().encode()))


def test_the_xml_sample_of_many_users_parses_with_its_misspellings() -> None:
    found = parsed(courses_of_many(["u1"]).calls[0], MANY_XML, XML)
    assert list(found) == ["u1", "u2", "u3"]
    assert found["u3"] == ()
    assert found["u1"] == (
        CourseAssignment(
            id="c1",
            name="Fire & Safety",
            code="",
            active=True,
            complete=False,
            percent=Decimal("0.00"),
            assigned=at(2020, 12, 12, 9, 18, 0, 647000),
            result_id="8",
            person_id="u1",
            number="7",
        ),
    )
    (odd,) = found["u2"]
    assert (odd.id, odd.name, odd.active, odd.complete, odd.up_to_date, odd.overdue) == (
        "",
        "",
        True,
        False,
        True,
        False,
    )
    assert odd.compliant_till == at(2021, 4, 7)
    assert odd.started == at(2020, 4, 12, 8, 45, 40, 824000)
    assert odd.result_id == "99", "of a doubled field the filled one counts"
    assert odd.person_id == ""


def test_the_json_sample_of_many_users_parses_with_entities_and_mixed_ids() -> None:
    ((user, (first, second)),) = parsed(courses_of_many(["u"]).calls[0], MANY_JSON, JSON).items()
    assert user == "AbC123eFg456HiJ789"
    assert first.name == 'Example "Course" Name & more'
    assert first.assigned == second.assigned == at(2009, 2, 13, 23, 31, 31, 11000)
    assert (first.result_id, second.result_id) == ("123456789", "123456788")
    assert (first.is_learning_path, second.is_learning_path) == (False, True)
    assert second.percent == Decimal("12.50")


def test_course_results_parse_with_0_3_and_7_fraction_digits() -> None:
    result = parsed(course_results("u1", "c1"), RESULTS_XML, XML)
    assert (result.assigned, result.started) == (at(2020, 1, 1, 10), at(2020, 1, 2, 10, 0, 0, 123000))
    assert result.completed == at(2020, 1, 3, 10, 0, 0, 123456)
    assert result.due == at(2020, 2, 1)
    assert not result.up_to_date
    quiz, film = result.modules
    assert (quiz.pass_mark, quiz.score, quiz.attempts, quiz.completed) == (80, 92, 3, True)
    assert quiz.date_completed == at(2020, 1, 3, 10) and quiz.last_updated is None
    assert (film.pass_mark, film.score, film.attempts, film.completed) == (None, None, 0, False)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(RESULTS_XML.replace("<Courses>", "").replace("</Courses>", ""), XML, id="bare-course"),
        pytest.param('[{"Id": "c1", "Modules": null}]', JSON, id="one-element-list"),
        pytest.param('{"Id": "c1", "Modules": []}', JSON, id="one-object"),
        pytest.param(RESULTS_XML, "text/plain", id="xml-without-its-type"),
        pytest.param('\ufeff{"Id": "c1"}', "", id="json-with-a-byte-order-mark"),
    ],
)
def test_course_results_come_in_several_wrappings(body: str, kind: str) -> None:
    assert parsed(course_results("u1", "c1"), body, kind).id == "c1"


def test_learning_paths_of_a_user_parse() -> None:
    (path,) = parsed(learning_paths_of("u1"), PATHS_XML, XML)
    assert (path.id, path.name, path.percent) == ("lp1", "New Starter", Decimal("33.33"))
    assert (path.started, path.completed, path.access_till, path.result_id) == (None, None, None, "")


@pytest.mark.parametrize("body", ["<Courses/>", "<Courses></Courses>", "[]"])
def test_an_empty_list_is_empty(body: str) -> None:
    assert parsed(courses_of("u1"), body, "") == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param('[{"Name": "x"}]', JSON, id="no-id"),
        pytest.param('[{"Id": {"a": 1}}]', JSON, id="id-of-another-kind"),
        pytest.param('["c1"]', JSON, id="texts"),
        pytest.param('{"Id": "c1", "PercentageComplete": NaN}', JSON, id="nan"),
        pytest.param('[{"Id": "c1", "PercentageComplete": "lots"}]', JSON, id="percent-in-words"),
        pytest.param('[{"Id": "c1", "AssignedDate": "yesterday"}]', JSON, id="date-in-words"),
        pytest.param('[{"Id": "c1", "AssignedDate": "/Date(999999999999999)/"}]', JSON, id="date-far-away"),
        pytest.param('[{"Id": "c1", "AssignedDate": "/Date(soon)/"}]', JSON, id="ticks-in-words"),
        pytest.param('[{"Id": "c1", "AssignedDate": 5}]', JSON, id="date-as-number"),
        pytest.param('[{"Id": "c1", "AssignedDate": "2020-13-40T00:00:00"}]', JSON, id="month-13"),
        pytest.param('[{"Id": "c1", "Overdue": "perhaps"}]', JSON, id="perhaps"),
        pytest.param("[" * 100_000, JSON, id="deep-json"),
        pytest.param("<Courses>" + "<Course>" * 100, XML, id="deep-xml"),
        pytest.param("<Users/>", XML, id="another-family"),
        pytest.param("<!DOCTYPE x><Courses/>", XML, id="document-type"),
        pytest.param(
            '<!DOCTYPE x [<!ENTITY a "b">]><Courses><Course><Id>&a;</Id></Course></Courses>', XML, id="entity"
        ),
        pytest.param("<Courses>", XML, id="cut-short"),
        pytest.param('<?xml version="1.0" encoding="klingon"?><Courses/>', XML, id="unknown-encoding"),
        pytest.param("<html><body>Sign in</body></html>", "text/html", id="html"),
    ],
)
async def test_anything_else_is_not_understood(body: str, kind: str, connect: Any) -> None:

    answer = httpx.Response(200, content=body.encode(), headers={"content-type": kind})
    async with connect(httpx.MockTransport(lambda _request: answer)) as api:
        with pytest.raises(UnexpectedReply, match="does not understand"):
            await api.send(courses_of("u1"))


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-03-02T09:00:00", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02 09:00:00Z", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02T09:00:00.1234567+05:30", "2026-03-02T03:30:00.123456+00:00"),
        ("2026-03-02T09:00:00-0800", "2026-03-02T17:00:00+00:00"),
        ("2026-03-02", "2026-03-02T00:00:00+00:00"),
        ("/Date(1772442000000+1300)/", "2026-03-02T09:00:00+00:00"),
        ("0001-01-01T00:00:00", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("kind", [JSON, XML])
def test_a_moment_is_read_in_every_way_that_it_is_written(said: str, moment: str | None, kind: str) -> None:
    body = {
        JSON: f'[{{"Id": "c1", "StartDate": "{said}"}}]',
        XML: f"<Courses><Course><Id>c1</Id><StartDate>{said}</StartDate></Course></Courses>",
    }
    [course] = parsed(courses_of("u1"), body[kind], kind)
    assert course.started == (None if moment is None else datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('[{"Id": "c1", "Name": "", "PercentageComplete": null, "Name": "A", "Name": "B"}]', JSON),
        (
            "<Courses><Course><Id>c1</Id><Name/><PercentageComplete/><Name>A</Name><Name>B</Name></Course></Courses>",
            XML,
        ),
    ],
    ids=["json", "xml"],
)
def test_of_a_field_that_comes_twice_the_first_that_says_something_counts(body: str, kind: str) -> None:
    [course] = parsed(courses_of("u1"), body, kind)
    assert (course.name, course.percent) == ("A", 0)
