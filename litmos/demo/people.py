"""The people and teams of the demo company, with ids that never change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from litmos.demo.records import AccessLevel
from litmos.demo.world import World


class Row(NamedTuple):
    """A person; `mail` is the part before @example.com, and `user_name` is the whole address unless given."""

    id: str
    first: str
    last: str
    mail: str
    team: str
    job: str
    access: AccessLevel = "Learner"
    user_name: str = ""


SALES, EMEA, WAREHOUSE = "Sales", "Sales EMEA", "Warehouse"
ENGINEERING, FINANCE, PEOPLE = "Engineering", "Finance", "People & Culture"

IVAN, NOOR = "rZQ4DQdnmrM1", "lNNtZx3cK8n1"

# fmt: off
PERSONS = (
    Row("WK59PFkl0Jf1", "Grace", "Hallam", "grace.hallam", PEOPLE, "Head of Learning", "Account_Owner"),
    Row("yyVlbPegBPr1", "Omar", "Haddad", "omar.haddad", PEOPLE, "Learning Systems Manager", "Administrator"),
    Row("RZdsvDQuc8d1", "Lena", "Fischer", "lena.fischer", SALES, "Head of Sales", "Team_Leader"),
    Row("dE03WKpm15U1", "Tomás", "Núñez", "tomas.nunez", WAREHOUSE, "Warehouse Manager", "Team_Admin"),
    Row("hUOuZAzHx4L1", "Ada", "Marsh", "ada.marsh", SALES, "Account Manager"),
    Row("AzUdIG1OHqt1", "Sam", "Lee", "sam.lee", SALES, "Sales Engineer"),
    Row("dvRzFRYTora1", "Sam", "Lee", "sam.lee2", WAREHOUSE, "Forklift Driver"),
    Row("3DO7GWIQtUl1", "Rosa", "Keller", "reception", PEOPLE, "Receptionist", user_name="frontdesk.north"),
    Row("S6ECJSRO5k01", "Femi", "Balogun", "reception", PEOPLE, "Receptionist", user_name="frontdesk.south"),
    Row("Uci0qRhSBHp1", "Björn", "Ångström", "b.angstrom", ENGINEERING, "Lead Engineer", user_name="bjorn"),
    Row("TSOsq63Hvzl1", "Nia", "Adeyemi", "nia.adeyemi", EMEA, "Field Sales",
        user_name="nia+field/eu@example.com"),
    Row(IVAN, "Ivan", "Petrov", "ivan.petrov", WAREHOUSE, "Picker"),
    Row("eogdvbzDp8m1", "美", "陈", "mei.chen", ENGINEERING, "Test Engineer"),
    Row("Qp5zvqYMtrb1", "Zoë", "O'Brien", "zoe.obrien", FINANCE, "Accountant"),
    Row(NOOR, "Noor", "Rahman", "noor.rahman", SALES, "Trainee"),
    Row("hQ7vLmZt2Xw1", "Paula", "Brandt", "paula.brandt", FINANCE, "Controller"),
    Row("hq7vLmZt2Xw1", "Paul", "Brandt", "paul.brandt", FINANCE, "Auditor"),
    Row("ih4vmuGMGKA1", "Kim", "Novak", "kim", ENGINEERING, "Product Designer",
        user_name="k.novak@example.com"),
    Row("fpTb_RsHdRX1", "Karel", "Novak", "k.novak", ENGINEERING, "Backend Engineer", user_name="karel"),
    Row("NXYK7Gh5Qhy1", "Priya", "Raman", "priya.raman", SALES, "Account Manager"),
    Row("B7P6nLsbWsX1", "Diego", "Alvarez", "diego.alvarez", SALES, "Account Manager"),
    Row("Kil8Krk3QCI1", "Hannah", "Weiss", "hannah.weiss", SALES, "Sales Operations"),
    Row("jOqw5LoVFqx1", "Tariq", "Mansour", "tariq.mansour", SALES, "Sales Engineer"),
    Row("uPzN_3MzTtp1", "Chloe", "Dubois", "chloe.dubois", SALES, "Customer Success"),
    Row("Z9NfUl36ohk1", "Kwame", "Mensah", "kwame.mensah", SALES, "Account Manager"),
    Row("RS4ASfzgUOV1", "Ingrid", "Solberg", "ingrid.solberg", EMEA, "Country Manager"),
    Row("0HnCO3V3xkh1", "Luca", "Moretti", "luca.moretti", EMEA, "Field Sales"),
    Row("a1bFFHiCv1J1", "Aylin", "Demir", "aylin.demir", EMEA, "Field Sales"),
    Row("dMoCkcXSUyQ1", "Pieter", "van der Berg", "pieter.vanderberg", EMEA, "Partner Manager"),
    Row("iAXqozAZdyh1", "Marta", "Kowalska", "marta.kowalska", WAREHOUSE, "Shift Lead"),
    Row("NfZwRJhyj5P1", "Joseph", "Okafor", "joseph.okafor", WAREHOUSE, "Picker"),
    Row("JxkKIv6IK651", "Thi", "Nguyen", "thi.nguyen", WAREHOUSE, "Packer"),
    Row("FQsVFOs3CfY1", "Darko", "Ilić", "darko.ilic", WAREHOUSE, "Forklift Driver"),
    Row("dgDs25s-ddT1", "Fatima", "Zahra", "fatima.zahra", WAREHOUSE, "Dispatcher"),
    Row("derbTZBW4nZ1", "George", "Whitfield", "george.whitfield", WAREHOUSE, "Goods In"),
    Row("6sYQsuNEt1i1", "Ana", "Souza", "ana.souza", WAREHOUSE, "Packer"),
    Row("1u-g1ypKM9O1", "Yusuf", "Karaca", "yusuf.karaca", WAREHOUSE, "Picker"),
    Row("WI1YxNOkWft1", "Emma", "Lindqvist", "emma.lindqvist", WAREHOUSE, "Safety Officer"),
    Row("6iG3t_wZk7b1", "Bilal", "Aziz", "bilal.aziz", WAREHOUSE, "Forklift Driver"),
    Row("yW8DgKa-n261", "Haruto", "Sato", "haruto.sato", ENGINEERING, "Frontend Engineer"),
    Row("yY7piEcz80x1", "Leila", "Farahani", "leila.farahani", ENGINEERING, "Data Engineer"),
    Row("WHqm1x-gKk71", "Callum", "Fraser", "callum.fraser", ENGINEERING, "Site Reliability Engineer"),
    Row("ZkJpRL4sQy11", "Ngozi", "Eze", "ngozi.eze", ENGINEERING, "Backend Engineer"),
    Row("tPd88am4fVU1", "Mateo", "García", "mateo.garcia", ENGINEERING, "Security Engineer"),
    Row("5CUKR87xPku1", "Sofia", "Papadopoulou", "sofia.papadopoulou", ENGINEERING, "Engineering Manager"),
    Row("k3zLp1f4WDe1", "Oleksandr", "Shevchenko", "oleksandr.shevchenko", ENGINEERING, "Backend Engineer"),
    Row("om9z3vGc87q1", "Jade", "Thompson", "jade.thompson", ENGINEERING, "Technical Writer"),
    Row("oWy76lMXouv1", "Wei", "Zhang", "wei.zhang", ENGINEERING, "Machine Learning Engineer"),
    Row("8J5Vcd4ifav1", "Isabelle", "Laurent", "isabelle.laurent", FINANCE, "Finance Director"),
    Row("rlBbciwU1NS1", "Ravi", "Patel", "ravi.patel", FINANCE, "Payroll Specialist"),
    Row("25nPKplloAY1", "Maeve", "Gallagher", "maeve.gallagher", FINANCE, "Accounts Payable"),
    Row("scKzgpEIS6e1", "Jonas", "Vogel", "jonas.vogel", FINANCE, "Financial Analyst"),
    Row("N5X4NDce7WB1", "Thandiwe", "Nkosi", "thandiwe.nkosi", FINANCE, "Treasury Analyst"),
    Row("zuOAr7y11aH1", "Elif", "Yilmaz", "elif.yilmaz", FINANCE, "Accounts Receivable"),
    Row("MAPIba9IOQD1", "Aoife", "Brennan", "aoife.brennan", PEOPLE, "People Partner"),
    Row("30CUrCRAUaF1", "Samuel", "Adler", "samuel.adler", PEOPLE, "Recruiter"),
    Row("YVKwQ-pLUCa1", "Lucía", "Romero", "lucia.romero", PEOPLE, "People Operations"),
    Row("EhvLlb5O7nb1", "Kofi", "Asante", "kofi.asante", PEOPLE, "Trainer"),
    Row("TIsHVcQXPQj1", "Mina", "Park", "mina.park", PEOPLE, "Learning Designer"),
    Row("Qh3q_38Jzfq1", "Viktor", "Horváth", "viktor.horvath", PEOPLE, "Facilities Manager"),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and who leads or administrates it, by the part of the e-mail before the @."""

    id: str
    name: str
    leader: str = ""
    admin: str = ""
    parent_id: str | None = None


TEAMS = (
    TeamRow("fQSe8tfSgAv1", SALES, leader="lena.fischer"),
    TeamRow("sGTSYqDfrCs1", WAREHOUSE, admin="tomas.nunez"),
    TeamRow("iQdPwVhC6Zz1", ENGINEERING),
    TeamRow("XkS0ap5sBQw1", FINANCE),
    TeamRow("TVt4Qx5WYIv1", PEOPLE),
    TeamRow("sec-g6NxSNL1", EMEA, parent_id="fQSe8tfSgAv1"),
)


def add_people(world: World, now: datetime) -> None:
    """Everybody and the teams; most signed in during the last weeks, Noor Rahman never."""
    for place, row in enumerate(PERSONS):
        person = world.add_person(
            row.first,
            row.last,
            person_id=row.id,
            user_name=row.user_name,
            email=f"{row.mail}@example.com",
            access_level=row.access,
            active=row.id != IVAN,
            created=now - timedelta(days=400 + 13 * place, minutes=7 * place),
            job_title=row.job,
        )
        if row.id != NOOR:
            person.last_login = now - timedelta(days=place * 5 % 37, hours=1 + place % 9, seconds=11 * place)
    for team in TEAMS:
        world.add_team(
            team.name,
            team_id=team.id,
            parent_id=team.parent_id,
            members=[row.id for row in PERSONS if row.team == team.name],
            leaders=[row.id for row in PERSONS if row.mail == team.leader],
            admins=[row.id for row in PERSONS if row.mail == team.admin],
        )
