"""What leaves a session: evidence, tables, the summary, files; and that erasing leaves nothing."""

import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Part, fay, olga, organisation, refusal, running, user
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import deadlines, practice
from workshop.live.models import ActivityRun, Participant, Session
from workshop.questions.models import Response
from workshop.realtime.models import Head, Op
from workshop.reports import operations
from workshop.reports.evidence import evidence_of
from workshop.reports.files import export_file
from workshop.reports.tables import tables_of

pytestmark = pytest.mark.django_db

OPTIONS = {"options": ["Idle GPUs", "=1+1", "Tokens"]}


def ask(key, privacy="pseudonymous", kind="choice", objectives=(), **config):
    question = QuestionSpec(
        kind, f"Prompt of {key}", config or OPTIONS, key="q1", privacy=privacy, objectives=objectives
    )
    return ActivitySpec("poll", f"Title of {key}", key=key, questions=(question,), privacy=privacy)


def workshop_with(*specs, people=6, **answers):
    """A session in which everybody answers everything; ``answers`` by activity key and person."""
    names = [f"Person{number} Quist" for number in range(people)]
    made = running(Part("Engage", specs), people=names)
    for spec in specs:
        made.fay("activity.open", a=made[spec.key].pk)
        for number, name in enumerate(names):
            value = answers.get(spec.key, "abc")[number % len(answers.get(spec.key, "abc"))]
            made.people[name]("respond", a=made[spec.key].pk, q="q1", round=1, n=1, v=value)
        made.fay("activity.close", a=made[spec.key].pk)
    return made


def settle(made):
    """Let the time pass after which a close is final."""
    from datetime import timedelta

    for run in ActivityRun.objects.filter(session=made.session, closed_at__isnull=False):
        ActivityRun.objects.filter(pk=run.pk).update(closed_at=run.closed_at - timedelta(minutes=5))
    Session.objects.filter(pk=made.session.pk).update(undo={})
    deadlines.meet(made.session.pk)


def tables(made, **options):
    return {
        table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for table in tables_of(made.fresh, **options)
    }


def whole(made, **options):
    return json.dumps(tables(made, **options), default=str)


class TestEvidence:
    def test_results_are_joined_to_the_objectives_they_give_evidence_for(self):
        from workshop.plans.text.document import ObjectiveDoc

        made = running(
            Part("Engage", (ask("which", objectives=(2,)),)),
            people=["Ana"],
            objectives=(ObjectiveDoc("Explain it", "understand"), ObjectiveDoc("Compare it", "evaluate")),
        )
        made.fay("activity.open", a=made["which"].pk)
        made.people["Ana"]("respond", a=made["which"].pk, q="q1", round=1, n=1, v="a")

        first, second = evidence_of(made.fresh).objectives

        assert first.results == ()
        assert [(each.question.key, each.answered) for each in second.results] == [("q1", 1)]
        rows = tables(made)["Objectives"]
        assert rows[0]["Question"] == "no evidence yet"
        assert rows[1]["Result"] == "Idle GPUs: 1"

    def test_it_takes_as_many_queries_for_thirty_people_as_for_three(self):
        counts = []
        for people in (3, 30):
            made = workshop_with(ask("which"), ask("anon", "anonymous"), people=people)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                tables(made)
            counts.append(len(queries))

        assert counts[0] == counts[1]

    def test_rounds_stand_side_by_side(self):
        made = workshop_with(ask("which"))
        made.fay("activity.round", a=made["which"].pk)
        made.people["Person0 Quist"]("respond", a=made["which"].pk, q="q1", round=2, n=1, v="c")

        assert [(each.round, each.rounds, each.answered) for each in evidence_of(made.fresh).results] == [
            (1, 2, 6),
            (2, 2, 1),
        ]

    def test_practice_learners_are_left_out(self):
        made = running(Part("Engage", (ask("which"),)), people=["Ana"])
        made.fay("practice.add", count=3)

        assert evidence_of(made.fresh).joined == 1

    @pytest.mark.parametrize("level", ["pseudonymous", "anonymous"])
    def test_answers_of_practice_learners_are_in_no_export(self, level):
        made = workshop_with(ask("which", level), people=6)
        made.fay("practice.add", count=12)
        run = ActivityRun.objects.get(session=made.session)
        made.fay("activity.round", a=run.activity_id)
        run = ActivityRun.objects.get(session=made.session, round=2)
        for person in Participant.objects.filter(session=made.session, simulated=True):
            for op, payload in practice.acts(run, person):
                practice.do(person, op, payload)
        made.fay("activity.close", a=run.activity_id)
        settle(made)

        assert Response.objects.filter(round=2).count() == 12
        assert [each.answered for each in evidence_of(made.fresh).results] == [6, 0]
        assert len(tables(made)["Answers"]) == 6


class TestNames:
    def test_an_export_is_nameless_by_default(self):
        made = workshop_with(ask("named", "named"), ask("pseudo"), ask("anon", "anonymous"))

        assert "Quist" not in whole(made)

    def test_names_stand_beside_named_answers_and_no_others(self):
        made = workshop_with(ask("named", "named"), ask("pseudo"), ask("anon", "anonymous"))

        rows = tables(made, names=True)["Answers"]

        assert {row["Activity"]: bool(row["Name"]) for row in rows} == {
            "Title of named": True, "Title of pseudo": False, "Title of anon": False,
        }  # fmt: skip

    def test_answers_of_level_own_are_nowhere(self):
        made = workshop_with(ask("own", "own", kind="text", hold=False), own=["canary words"])

        for options in ({}, {"names": True}):
            assert "canary" not in whole(made, **options)

    def test_confidential_answers_are_totals_of_five_and_only_after_the_close_is_final(self):
        made = workshop_with(ask("conf", "confidential"), people=10, conf="a")
        before = tables(made)

        settle(made)
        after = tables(made)

        assert [row["Count"] for row in before["Results"]] == [None]
        assert {row["Item"]: row["Count"] for row in after["Results"]}["Idle GPUs"] == 10
        assert before["Answers"] == after["Answers"] == []

    def test_four_confidential_answers_are_never_shown(self):
        made = workshop_with(ask("conf", "confidential"), people=4)

        settle(made)

        assert [row["Answered"] for row in tables(made)["Results"]] == [None]

    def test_a_background_of_one_person_is_merged_away(self):
        made = running(Part("Engage"), people=["Ana"])
        for number in range(7):
            made.join(f"Finance{number}", profile="Finance")
        made.join("Ben", profile="AI practice")

        values = [row["Value"] for row in tables(made)["Session"] if "Background" in row["Fact"]]

        assert 1 not in values


class TestFiles:
    @pytest.mark.parametrize("form", ["csv", "xlsx", "json", "summary"])
    def test_every_format_is_written_live_and_after(self, form):
        made = workshop_with(ask("which"))
        live = export_file(made.fresh, form)
        made.fay("session.end")

        assert live.content
        assert export_file(made.fresh, form).content

    def test_options_that_look_like_formulas_are_text(self):
        made = workshop_with(ask("which"))

        book = openpyxl.load_workbook(io.BytesIO(export_file(made.fresh, "xlsx").content))
        archive = zipfile.ZipFile(io.BytesIO(export_file(made.fresh, "csv").content))

        cells = [cell for row in book["Results"].iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert "'=1+1" in [cell.value for cell in cells]
        assert ",'=1+1," in archive.read("results.csv").decode()

    def test_the_summary_is_one_file_with_pictures_and_without_requests(self):
        made = workshop_with(ask("which"))

        page = export_file(made.fresh, "summary").content.decode()

        assert "data:image/svg+xml;base64," in page
        assert 'src="/' not in page
        assert "href=" not in page
        assert "Quist" not in page

    def test_the_command_writes_the_same_as_the_page(self, tmp_path, client):
        made = workshop_with(ask("which"))
        client.force_login(fay())
        file = tmp_path / "out.zip"

        call_command("export_session", made.session.public_id, "--format", "csv", "--output", str(file), verbosity=0)
        page = client.get(reverse("reports:export", args=[made.session.public_id, "csv"]))

        names = [zipfile.ZipFile(io.BytesIO(data)).namelist() for data in (file.read_bytes(), page.content)]
        assert names[0] == names[1]
        assert page["Content-Disposition"].startswith('attachment; filename="finops-for-ai.zip"')

    def test_the_command_says_when_there_is_no_such_session(self, tmp_path):
        with pytest.raises(CommandError, match="no session"):
            call_command("export_session", "nowhere", "--format", "csv", "--output", str(tmp_path / "x"))

    def test_a_file_that_cannot_be_written_is_said_in_one_line(self, tmp_path):
        made = workshop_with(ask("which"), people=1)
        with pytest.raises(CommandError, match="No such file or directory"):
            call_command("export_session", made.session.public_id, "--format=json", f"--output={tmp_path}/no/where")


class TestErase:
    def test_nothing_of_an_erased_session_is_left(self, django_capture_on_commit_callbacks):
        made = workshop_with(ask("which", kind="text", hold=False), which=["canary words"])
        made.people["Person0 Quist"]("note", text="canary note", n=1)
        number, version = made.session.pk, made.session.version_id
        made.fay("session.end")

        with django_capture_on_commit_callbacks(execute=True):
            operations.erase(made.fresh)

        assert not Session.objects.filter(pk=number).exists()
        assert not Response.objects.filter(activity__version=version).exists()
        assert not Head.objects.filter(session=number).exists()
        assert not Op.objects.filter(session=number).exists()
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                rows = str(cursor.fetchall())
                assert "canary" not in rows, table
                assert "Quist" not in rows, table

    def test_a_running_session_is_not_erased_by_hand(self):
        made = running(Part("Engage"))

        assert refusal(operations.erase, made.fresh, made.facilitator).code == "running"

    def test_what_a_stopped_server_left_of_an_erased_session_goes_with_the_next_tidying(self):
        made = running(people=["Ana"])
        Session.objects.update(state="ended", code="", erased_at=timezone.now(), retain_until=date(2000, 1, 1))
        assert operations.erase_overdue() == 1
        assert not Session.objects.exists()
        assert not Head.objects.filter(session=made.session.pk).exists()

    def test_the_day_after_its_date_a_session_is_erased(self):
        from datetime import date

        made = running(Part("Engage"))
        made.fay("session.end")
        Session.objects.filter(pk=made.session.pk).update(retain_until=date(2020, 1, 1))

        assert operations.erase_overdue() == 1

    def test_the_plan_and_other_sessions_stay(self, django_capture_on_commit_callbacks):
        made, other = running(Part("Engage", (ask("which"),))), running(Part("Engage", (ask("which"),)))
        made.fay("session.end")

        with django_capture_on_commit_callbacks(execute=True):
            operations.erase(made.fresh)

        assert other["which"].questions.count() == 1
        assert made.session.version.plan.current.activities.count() == 1


class TestPages:
    def page(self, who, name, made, **query):
        client = Client()
        client.force_login(who)
        return client.get(reverse(f"reports:{name}", args=[made.session.public_id]), query)

    def test_before_during_and_after_have_a_page(self):
        made = workshop_with(ask("which"))
        assert "Open the control panel" in self.page(fay(), "session", made).content.decode()
        made.fay("session.end")
        page = self.page(fay(), "session", made).content.decode()
        assert "Open the control panel" not in page
        assert "6 people took part" in page

    def test_an_organiser_exports_and_another_organisation_sees_nothing(self):
        made = workshop_with(ask("which"))
        mallory = user("Mallory", organisation=organisation("Elsewhere"), is_organiser=True)

        assert self.page(olga(), "summary", made).status_code == 200
        assert self.page(mallory, "session", made).status_code == 404
        assert self.page(user("Colleague"), "session", made).status_code == 404

    def test_an_organiser_erases_after_the_export(self, django_capture_on_commit_callbacks):
        made = workshop_with(ask("which"))
        client = Client()
        client.force_login(olga())
        address = reverse("reports:erase", args=[made.session.public_id])

        client.post(address)
        assert Session.objects.filter(pk=made.session.pk).exists()  # it still runs

        made.fay("session.end")
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address)
        assert not Session.objects.filter(pk=made.session.pk).exists()

    def test_an_unknown_format_is_not_found(self, client):
        made = running(Part("Engage"))
        client.force_login(fay())

        assert client.get(f"/sessions/{made.session.public_id}/export/pdf/").status_code == 404

    def test_a_plan_without_phases_cannot_be_started(self, client):
        from workshop.plans.operations import empty_plan

        client.force_login(fay())
        plan = empty_plan(fay())

        response = client.post(reverse("reports:start"), {"plan": plan.pk}, follow=True)

        assert response.status_code == 200

    @pytest.mark.parametrize("plan", ["", "x", "-1", "99999999999999999999", "١"])
    def test_starting_nothing_is_not_found(self, client, plan):
        client.force_login(fay())

        assert client.post(reverse("reports:start"), {"plan": plan}).status_code == 404

    def test_one_question_needs_no_plan(self, client):
        client.force_login(fay())

        response = client.post(reverse("reports:quick"))

        assert "/panel/" in response["Location"]
        assert client.get(reverse("plans:library")).content.decode().count("Questions") == 1
