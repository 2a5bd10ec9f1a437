"""The embedded server: one owner, many guests, and no way to die that spoils the data."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.db.embedded import EmbeddedServer, embedded_server
from app.settings import WrongSetting

GUEST = """
import sys
from pathlib import Path
from app.db.embedded import embedded_server
with embedded_server(Path(sys.argv[1]), durable=False) as server:
    print(server.superuser_url, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a data directory that is not below pytest's own.

    As root the server runs as another account, and each start of pytest closes its folder
    (0700) to others, even while another run is at work in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "data")


def ask(url: str, question: str) -> object:
    """Run one statement on a connection of its own."""

    async def answer() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(answer())


def start(home: Path) -> EmbeddedServer:
    """Start and stop a server, to see that it can."""
    with embedded_server(home, durable=False) as server:
        assert ask(server.superuser_url, "select 1") == 1
        return server


def postmaster(home: Path) -> int:
    """Tell the process of the server."""
    return int((home / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def elsewhere(home: Path) -> subprocess.Popen[str]:
    """Use the same data directory from another process, until a line comes in."""
    return subprocess.Popen(
        [sys.executable, "-c", GUEST, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    """Wait for the address that the other process prints."""
    assert process.stdout
    return process.stdout.readline().strip()


def test_server_answers_with_polish_letters_and_room_for_connections(home: Path) -> None:
    with embedded_server(home, durable=False) as server:
        assert ask(server.superuser_url, "select lower('ZAŻÓŁĆ')") == "zażółć"
        assert ask(server.superuser_url, "show max_connections") == "200"
        assert ask(server.superuser_url, "show fsync") == "off"
    assert not server.sockets.exists()


def test_server_is_durable_unless_told_otherwise(home: Path) -> None:
    with embedded_server(home) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(server.superuser_url, f"show {setting}") == "on"


def test_roles_need_their_password(home: Path) -> None:
    with embedded_server(home, durable=False) as server:
        ask(server.superuser_url, "create role app login password 'p@ss/?&:word'")
        good = server.url("app", "p@ss/?&:word", "postgres")
        assert ask(good, "select current_user") == "app"
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(server.url("app", "other", "postgres"), "select 1")
    assert (home / "cluster.password").stat().st_mode & 0o077 == 0
    assert "superuser_url" not in repr(server)


def test_data_survives_a_restart(home: Path) -> None:
    with embedded_server(home, durable=False) as server:
        ask(server.superuser_url, "create table kept as select 7 as value")
    with embedded_server(home, durable=False) as server:
        assert ask(server.superuser_url, "select value from kept") == 7


def test_second_process_joins_and_does_not_stop_the_server(home: Path) -> None:
    with embedded_server(home, durable=False) as server:
        with elsewhere(home) as guest:
            assert first_line(guest) == server.superuser_url
            guest.communicate("leave\n")
        assert ask(server.superuser_url, "select 1") == 1


def test_processes_that_start_together_share_one_server(home: Path) -> None:
    with elsewhere(home) as one, elsewhere(home) as other:
        assert first_line(one) == first_line(other)
        one.communicate("leave\n")
        other.communicate("leave\n")


def test_server_of_a_killed_owner_is_inherited_and_stopped(home: Path) -> None:
    with elsewhere(home) as owner:
        url = first_line(owner)
        server = postmaster(home)
        owner.kill()
    with embedded_server(home, durable=False) as heir:
        assert heir.superuser_url == url
        assert postmaster(home) == server
    assert not (home / "cluster" / "postmaster.pid").exists()
    start(home)


def test_killed_server_recovers(home: Path) -> None:
    with embedded_server(home) as server:
        ask(server.superuser_url, "create table kept as select 7 as value")
        os.kill(postmaster(home), signal.SIGKILL)
    assert (home / "cluster" / "postmaster.pid").exists()
    with embedded_server(home) as server:
        assert ask(server.superuser_url, "select value from kept") == 7


def test_pid_file_of_a_crash_may_name_a_stranger(home: Path) -> None:
    with embedded_server(home, durable=False):
        number = str(postmaster(home))
        os.kill(int(number), signal.SIGKILL)
    left = home / "cluster" / "postmaster.pid"
    left.write_text(left.read_text().replace(number, str(os.getpid()), 1))
    start(home)


def test_half_made_cluster_is_made_anew(home: Path) -> None:
    (home / "cluster.new").mkdir(parents=True)
    (home / "cluster.new" / "PG_VERSION").write_text("18\n")
    start(home)


def test_cluster_of_another_major_version_is_refused(home: Path) -> None:
    start(home)
    (home / "cluster" / "PG_VERSION").write_text("17\n")
    with pytest.raises(WrongSetting, match=r"made by PostgreSQL 17, and this is 18"):
        start(home)


def test_cluster_without_its_password_is_refused(home: Path) -> None:
    start(home)
    (home / "cluster.password").unlink()
    with pytest.raises(WrongSetting, match="password"):
        start(home)


def test_folder_that_cannot_be_written_is_refused(home: Path) -> None:
    home.write_text("a file stands in the way")
    with pytest.raises(WrongSetting, match="ASYSTA_DATA_DIR"):
        start(home / "below")


def test_server_that_does_not_start_says_why(home: Path) -> None:
    start(home)
    with (home / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    with pytest.raises(WrongSetting, match="no_such_setting"):
        start(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the account")
def test_root_can_keep_the_data_below_a_closed_folder(home: Path) -> None:
    home.mkdir(mode=0o700)
    start(home / "data")
    assert home.stat().st_mode & 0o777 == 0o701
