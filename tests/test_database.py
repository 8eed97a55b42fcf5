"""The database of a run: what is committed is on disk, in order, and what fails is told to everybody."""

import asyncio
import contextlib
import sqlite3
import threading

import pytest

from extractor.database import Database, open_for_reading
from extractor.errors import ConfigurationError, StoreFailed

ADD = "INSERT INTO runs (started, library, model, prompt, settings) VALUES (?, 'l', 'm', 'p', '{}')"


@pytest.fixture
def database(tmp_path):
    with contextlib.closing(Database(tmp_path / "events.db")) as database:
        yield database


def started(database):
    return [row[0] for row in database.read("SELECT started FROM runs ORDER BY id")]


def test_what_is_queued_first_is_on_disk_first(database):
    async def write():
        for number in range(0, 1_000, 2):
            database.write(ADD, (str(number),))
            await database.commit(ADD, (str(number + 1),)) if number % 100 == 0 else database.write(
                ADD, (str(number + 1),)
            )

    asyncio.run(write())
    database.commit_now(ADD, ("last",))
    assert [one for one in started(database) if "half" not in one] == [*map(str, range(1_000)), "last"]


def test_a_commit_returns_the_row_id_when_the_row_can_be_read_by_others(database):
    id = database.commit_now(ADD, ("now",))
    with contextlib.closing(open_for_reading(database.path)) as other:
        assert other.execute("SELECT id, started FROM runs").fetchall() == [(id, "now")]


def test_the_file_is_synchronised_fully_and_written_ahead(database):
    assert database._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database._writer.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("INSERT INTO nowhere VALUES (1)", ()),
        (ADD, (None,)),
        (ADD, ("half \ud800 a pair",)),
        ("UPDATE runs SET inputs = ?", (10**30,)),
        (ADD, (object(),)),
    ],
)
def test_a_statement_that_fails_breaks_the_database_for_all_and_undoes_its_group(database, statement, parameters):
    with pytest.raises(StoreFailed, match="What was committed is kept"):
        database.commit_now(statement, parameters)
    with pytest.raises(StoreFailed):
        database.write(ADD, ("later",))
    with pytest.raises(StoreFailed):
        asyncio.run(database.commit(ADD, ("later",)))
    assert started(database) == []


def test_those_who_meet_a_broken_database_have_an_error_each(database):
    async def all_at_once():
        writes = [database.commit("INSERT INTO nowhere VALUES (1)") for _ in range(3)]
        return await asyncio.gather(*writes, return_exceptions=True)

    errors = asyncio.run(all_at_once())
    assert [type(error) for error in errors] == [StoreFailed] * 3
    assert len(set(map(id, errors))) == 3


def test_a_full_disk_is_told_and_what_was_committed_stays(database):
    database.commit_now(ADD, ("kept",))
    database._writer.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreFailed, match="full"):
        database.commit_now(ADD, ("x" * 1_000_000,))
    assert started(database) == ["kept"]


def test_readers_read_while_it_is_written_to(database):
    counts = []

    def read():
        counts.extend(database.read("SELECT count(*) FROM runs")[0][0] for _ in range(50))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(200):
        database.write(ADD, (str(number),))
    reader.join()
    assert counts == sorted(counts)


def test_a_cancelled_waiter_hinders_nobody(database):
    async def give_up():
        waiting = asyncio.create_task(database.commit(ADD, ("1",)))
        await asyncio.sleep(0)
        waiting.cancel()
        return await database.commit(ADD, ("2",))

    assert asyncio.run(give_up())
    assert "2" in started(database)


def test_a_closed_database_says_so_rather_than_keep_one_waiting(tmp_path):
    database = Database(tmp_path / "events.db")
    database.write(ADD, ("queued",))
    database.close()
    with pytest.raises(StoreFailed, match="is closed"):
        database.commit_now(ADD, ("late",))
    with contextlib.closing(Database(tmp_path / "events.db")) as again:
        assert started(again) == ["queued"]


def test_a_file_of_a_newer_version_or_of_something_else_is_refused_and_left_as_it_is(tmp_path):
    for name, mark in (("newer.db", "PRAGMA application_id = 1163416658; PRAGMA user_version = 99"), ("other.db", "")):
        with contextlib.closing(sqlite3.connect(tmp_path / name)) as file:
            file.executescript(f"CREATE TABLE concerts (day); {mark}")
        with pytest.raises(ConfigurationError, match=r"newer version|something else"):
            Database(tmp_path / name)
        with contextlib.closing(sqlite3.connect(tmp_path / name)) as file:
            assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("concerts",)]


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreFailed, OSError)):
        Database(tmp_path / "file" / "events.db")


def test_many_that_open_a_new_file_at_once_all_have_its_tables(tmp_path):
    errors = []

    def open_it():
        try:
            Database(tmp_path / "events.db").close()
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
