"""Rotation of the signing keys: the order of its steps, and what running servers make of it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from jose import jwt
from starlette.datastructures import State
from typer.testing import CliRunner

from app import commands
from app.api import keys, rotation
from app.api.keywatch import KeyWatch
from app.api.rotation import OUTLIVED_AFTER, PUBLISHED_FOR, NotYet
from app.demo import people
from app.main import create_app
from app.settings import Settings, WrongSetting
from tests.factories.databases import new_database
from tests.factories.serving import running, settle
from tests.factories.tokens import pem_of

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def data(tmp_path: Path) -> Settings:
    """Return settings whose folder of keys holds one key, which has signed for a year."""
    settings = Settings(data_dir=tmp_path)
    keys.load_keyring(settings)
    dated(settings, "0001.pem", NOW - timedelta(days=365))
    return settings


def dated(settings: Settings, name: str, instant: datetime) -> None:
    """Say when a step was made."""
    os.utime(settings.data_dir / "keys" / name, (instant.timestamp(), instant.timestamp()))


def shown(settings: Settings) -> list[tuple[str, str]]:
    """Return the keys and their states."""
    return [(slot.file.name, slot.state.value) for slot in rotation.slots(settings)]


def prepared(settings: Settings, instant: datetime = NOW) -> None:
    """Prepare the next key at an instant."""
    dated(settings, rotation.prepare(settings).name, instant)


# The order of the steps.


def test_a_whole_rotation(data: Settings) -> None:
    kid = keys.load_keyring(data).active.kid
    assert shown(data) == [("0001.pem", "active")]
    prepared(data)
    assert shown(data) == [("0001.pem", "active"), ("0002.next.pem", "next")]
    assert keys.load_keyring(data).active.kid == kid
    assert rotation.activate(data, NOW + PUBLISHED_FOR).name == "0002.pem"
    assert shown(data) == [("0001.pem", "previous"), ("0002.pem", "active")]
    assert keys.load_keyring(data).active.kid != kid
    assert kid in keys.load_keyring(data).verifying
    assert rotation.retire(data, NOW + PUBLISHED_FOR + OUTLIVED_AFTER).name == "0001.pem"
    assert shown(data) == [("0002.pem", "active")]
    assert kid not in keys.load_keyring(data).verifying


def test_a_new_key_is_private_and_another_one(data: Settings) -> None:
    file = rotation.prepare(data)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(keys.load_keyring(data).verifying) == 2


def test_nothing_is_activated_that_was_not_prepared(data: Settings) -> None:
    with pytest.raises(NotYet, match="No key is prepared: run `keys prepare` first"):
        rotation.activate(data, NOW, at_once=True)


def test_a_key_is_not_activated_before_everybody_can_know_it(data: Settings) -> None:
    prepared(data)
    with pytest.raises(NotYet, match=r"0002\.next\.pem is too new.* before 2026-03-10 09:05:05"):
        rotation.activate(data, NOW + PUBLISHED_FOR - MOMENT)
    assert shown(data)[-1] == ("0002.next.pem", "next")
    rotation.activate(data, NOW + PUBLISHED_FOR)


def test_the_key_that_signs_is_not_retired(data: Settings) -> None:
    with pytest.raises(NotYet, match=r"0001\.pem is the key that signs"):
        rotation.retire(data, NOW, at_once=True)
    prepared(data)
    with pytest.raises(NotYet, match=r"0001\.pem is the key that signs"):
        rotation.retire(data, NOW, at_once=True)
    assert len(shown(data)) == 2


def test_a_key_is_not_retired_before_its_last_token_has_expired(data: Settings) -> None:
    """Its last token is signed by a process that has not looked yet, and lives ten minutes."""
    prepared(data, NOW - PUBLISHED_FOR)
    rotation.activate(data, NOW)
    with pytest.raises(NotYet, match=r"Tokens of 0001\.pem may live until 2026-03-10 09:10:10"):
        rotation.retire(data, NOW + OUTLIVED_AFTER - MOMENT)
    assert len(shown(data)) == 2
    rotation.retire(data, NOW + OUTLIVED_AFTER)


def test_a_second_next_key_is_refused(data: Settings) -> None:
    prepared(data)
    with pytest.raises(NotYet, match=r"0002\.next\.pem is prepared already"):
        rotation.prepare(data)


def test_a_fourth_slot_is_refused(data: Settings) -> None:
    for _ in range(2):
        prepared(data, NOW - PUBLISHED_FOR)
        rotation.activate(data, NOW)
    assert [state for _, state in shown(data)] == ["previous", "previous", "active"]
    with pytest.raises(NotYet, match=r"All 3 slots are taken: retire 0001\.pem first"):
        rotation.prepare(data)
    assert rotation.retire(data, NOW + OUTLIVED_AFTER).name == "0001.pem"
    assert rotation.prepare(data).name == "0004.next.pem"


def test_a_leaked_key_goes_at_once(data: Settings) -> None:
    prepared(data)
    rotation.activate(data, NOW, at_once=True)
    rotation.retire(data, NOW, at_once=True)
    assert shown(data) == [("0002.pem", "active")]


def test_a_name_that_would_not_sign_is_refused(data: Settings) -> None:
    folder = data.data_dir / "keys"
    prepared(data, NOW - PUBLISHED_FOR)
    (folder / "0002.next.pem").rename(folder / "0000.next.pem")
    with pytest.raises(NotYet, match=r"0000\.pem would not sign: 0001\.pem sorts behind it"):
        rotation.activate(data, NOW)
    (folder / "0000.next.pem").unlink()
    (folder / "0001.pem").rename(folder / "first.pem")
    with pytest.raises(NotYet, match=r"first\.pem is no name of ours"):
        rotation.prepare(data)


def test_a_key_of_the_settings_is_not_rotated_here(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "signing_key": pem_of()})
    with pytest.raises(WrongSetting, match="ASYSTA_SIGNING_KEY holds the key"):
        rotation.prepare(settings)


# What a running process makes of it.


def test_a_folder_that_can_not_be_used_changes_nothing(data: Settings) -> None:
    """The process goes on with what it has, and takes the folder up again when it is right."""
    state = State()
    watch = KeyWatch(data, state)
    kid = state.keyring.active.kid
    file = rotation.prepare(data)
    file.chmod(0o644)
    assert watch.look() is None
    assert state.keyring.active.kid == kid
    file.chmod(0o600)
    ring = watch.look()
    assert ring is not None
    assert len(ring.verifying) == 2
    assert watch.look() is None, "nothing has changed since"


def test_keys_that_vanish_are_not_replaced_by_new_ones(data: Settings) -> None:
    """A folder not mounted for a moment must not sign everybody out."""
    state = State()
    watch = KeyWatch(data, state)
    (data.data_dir / "keys" / "0001.pem").unlink()
    assert watch.look() is None
    assert not list((data.data_dir / "keys").iterdir())


def test_a_wrong_order_is_one_sentence_on_the_command_line(data: Settings) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "app.cli", "keys", "activate"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ASYSTA_DATA_DIR": str(data.data_dir), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert said.returncode == 2
    assert said.stdout.strip() == "No key is prepared: run `keys prepare` first."


class Two:
    """Two running servers with one folder of keys."""

    def __init__(self, settings: Settings, *servers: httpx.Client) -> None:
        """Take a client of each."""
        self.settings, self.servers = settings, servers

    def token(self, server: int) -> str:
        """Sign in at one of them."""
        said = {"centre": "bialystok", "login": people.LOGINS[0][1], "password": people.PASSWORD}
        answer = self.servers[server].post("/api/v1/sessions", json=said)
        return str(answer.raise_for_status().json()["access_token"])

    def statuses(self, token: str) -> list[int]:
        """Return what each answers to a token."""
        headers = {"authorization": f"Bearer {token}"}
        return [http.get("/api/v1/me", headers=headers).status_code for http in self.servers]

    def published(self) -> list[list[str]]:
        """Return the kids that each publishes."""
        sets = [http.get("/.well-known/jwks.json").json()["keys"] for http in self.servers]
        return [[key["kid"] for key in found] for found in sets]

    def command(self, name: str) -> None:
        """Give a command, and wait until both have seen the folder as it is now."""
        result = CliRunner().invoke(
            commands.app, ["keys", name], env={"ASYSTA_DATA_DIR": str(self.settings.data_dir)}
        )
        assert result.exit_code == 0, result.output or repr(result.exception)
        ring = keys.load_keyring(self.settings)
        until = time.monotonic() + 20
        while self.published() != [list(ring.verifying)] * 2:
            assert time.monotonic() < until, f"no server takes notice of {name}"
            time.sleep(0.05)

    def passes(self, time_: timedelta) -> None:
        """Let time pass, as the dates of the files tell it."""
        for slot in rotation.slots(self.settings):
            dated(self.settings, slot.file.name, slot.since - time_)


@pytest.fixture
def two(
    superuser_url: str, worker_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Two]:
    monkeypatch.setattr(keys, "LOOK_EVERY", 0.05)
    url = asyncio.run(new_database(superuser_url, f"asysta_{worker_id}_rotated"))
    settings = Settings(data_dir=tmp_path).model_copy(update={"database_url": url})
    asyncio.run(settle(url, settings))
    with (
        running(create_app(settings)) as one,
        running(create_app(settings)) as other,
        httpx.Client(base_url=one) as first,
        httpx.Client(base_url=other) as second,
    ):
        yield Two(settings, first, second)


def _kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_tokens_from_before_during_and_after_a_rotation(two: Two) -> None:
    before = two.token(0)
    (first,) = two.published()[0]
    two.command("prepare")
    second = two.published()[0][1]
    while_prepared = two.token(1)
    assert (_kid(before), _kid(while_prepared)) == (first, first)
    two.passes(PUBLISHED_FOR)
    two.command("activate")
    during = two.token(0)
    assert _kid(during) == second
    assert two.statuses(before) == two.statuses(while_prepared) == two.statuses(during) == [200] * 2
    two.passes(OUTLIVED_AFTER)
    two.command("retire")
    after = two.token(1)
    assert two.published() == [[second]] * 2
    assert two.statuses(during) == two.statuses(after) == [200, 200]
    assert two.statuses(before) == two.statuses(while_prepared) == [401, 401], "although remembered"
