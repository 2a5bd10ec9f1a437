"""The vault: what people write lies sealed, and opens for those who may read it."""

import json
import os
from base64 import b64encode
from itertools import product
from pathlib import Path
from string import ascii_letters, digits
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from pydantic import SecretStr

from app.db.vault.master import Master, load_master
from app.db.vault.ring import (
    DESTROYED,
    MARK,
    UNREADABLE,
    NoKey,
    Place,
    Ring,
    UnknownKey,
    Unreadable,
    key_number,
)
from app.db.vault.rings import KEPT_FOR_S, Vault
from app.db.vault.rows import sealed_columns, sealed_names
from app.domain.diagnoses.tables import Diagnosis
from app.domain.families.tables import Person
from app.domain.plans.tables import WorkPlan
from app.domain.visits.tables import Visit
from app.settings import Settings, WrongSetting

HERE = Place("visit", "notes", uuid4())


def _ring(*numbers: int) -> Ring:
    return Ring({n: AESGCMSIV(os.urandom(32)) for n in numbers}, os.urandom(32))


def test_what_is_sealed_says_nothing_and_opens_again() -> None:
    ring = _ring(1)
    token = ring.seal(HERE, "Pani „Ala” płakała;\nsiniak na ręce \U0001f622")
    assert "siniak" not in token
    assert ring.open(token, HERE) == "Pani „Ala” płakała;\nsiniak na ręce \U0001f622"
    assert ring.seal(HERE, "x") != ring.seal(HERE, "x")


def test_plain_text_of_an_older_release_passes() -> None:
    assert _ring(1).open("jeszcze nie zapieczętowane", HERE) == "jeszcze nie zapieczętowane"


@pytest.mark.parametrize(
    "other",
    [
        Place("visit", "notes", uuid4()),
        Place("visit", "topics", HERE.row),
        Place("offer", "notes", HERE.row),
    ],
)
def test_a_token_opens_at_its_own_place_only(other: Place) -> None:
    ring = _ring(1)
    token = ring.seal(HERE, "x")
    with pytest.raises(Unreadable):
        ring.open(token, other)
    with pytest.raises(Unreadable):  # renamed, so that it seems to belong there
        ring.open(token.replace(str(HERE), str(other)), other)


def test_an_altered_token_is_refused_wherever_it_was_altered() -> None:
    ring = _ring(1)
    token = ring.seal(HERE, "dziecko")
    start = token.rindex(".") + 1
    for n, letter in product(range(start, len(token) - 1), f"{ascii_letters}{digits}-_=! "):
        wrong = (token[:n] + letter + token[n + 1 :], token[:n] + letter + token[n:])
        for altered in set(wrong) - {token}:
            with pytest.raises(Unreadable):
                ring.open(altered, HERE)


def test_another_centres_ring_opens_nothing() -> None:
    token = _ring(1).seal(HERE, "x")
    with pytest.raises(Unreadable):
        _ring(1).open(token, HERE)
    with pytest.raises(Unreadable):
        _ring(2).open(token, HERE)


def test_the_newest_key_seals_and_older_ones_still_open() -> None:
    old = _ring(1)
    token = old.seal(HERE, "x")
    both = Ring({1: old.keys[1], 2: AESGCMSIV(os.urandom(32))}, old.index_key)
    assert both.open(token, HERE) == "x"
    assert key_number(both.seal(HERE, "x")) == 2


def test_a_destroyed_key_leaves_a_sentence_and_seals_no_more() -> None:
    token = _ring(1).seal(HERE, "x")
    gone = Ring({1: None}, None)
    assert gone.open(token, HERE) == DESTROYED
    with pytest.raises(NoKey):
        gone.seal(HERE, "x")
    with pytest.raises(NoKey):
        gone.index("pesel", "x")


def test_json_is_opened_as_a_whole_with_its_escapes() -> None:
    ring = _ring(1)
    words = 'cytat " ukośnik \\ nowy\nwiersz \x1b'
    body = json.dumps({"a": ring.seal(HERE, words), "b": [ring.seal(HERE, "ż")], "c": 1})
    body = body.replace("\\u007f", MARK)  # PostgreSQL writes it as it is
    assert json.loads(ring.open_json(body)) == {"a": words, "b": ["ż"], "c": 1}


@pytest.mark.parametrize(
    "said", ["a@{token}", "{token}@b", "x{token}y", "{mark}", "{mark}{mark}", "{mark}1.a.b{mark}"]
)
def test_a_token_within_a_value_and_a_bare_mark_stay_as_they_are(said: str) -> None:
    ring = _ring(1)
    value = said.format(token=ring.seal(HERE, "sekret"), mark=MARK)
    body = json.dumps([value, "dalej", value]).replace("\\u007f", MARK)
    assert ring.open_json(body) == body


@pytest.mark.parametrize("wrong", ["altered", "moved", "lost"])
def test_a_value_that_can_not_be_opened_is_told_and_the_rest_is_shown(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ring, other = _ring(1), str(Place("visit", "notes", uuid4()))
    good, token = ring.seal(HERE, "dobre"), ring.seal(HERE, "sekret")
    bad = {
        "altered": token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
        "moved": token.replace(str(HERE), other),
        "lost": token.replace("1.", "7.", 1),
    }[wrong]
    body = json.dumps([good, bad, good]).replace("\\u007f", MARK)
    assert json.loads(ring.open_json(body, newest=True)) == ["dobre", UNREADABLE, "dobre"]
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "token_" in line]
    assert (other if wrong == "moved" else str(HERE)) in line
    assert "sekret" not in line
    if wrong == "lost":
        with pytest.raises(UnknownKey):  # another process may have added it just now
            ring.open_json(body)


@pytest.mark.parametrize("token", [f"{MARK}x", f"{MARK}{MARK}", f"{MARK}x.y.z{MARK}", f"{MARK}1."])
def test_what_only_begins_like_a_token_is_refused_in_a_row(token: str) -> None:
    with pytest.raises(Unreadable):
        _ring(1).open(token, HERE)


def test_a_blind_index_is_equal_for_equal_values_of_one_centre_only() -> None:
    ring, other = _ring(1), _ring(1)
    assert ring.index("pesel", "44051401359") == ring.index("pesel", "44051401359")
    assert ring.index("pesel", "44051401359") != ring.index("pesel", "44051401360")
    assert ring.index("pesel", "44051401359") != ring.index("phone", "44051401359")
    assert ring.index("pesel", "44051401359") != other.index("pesel", "44051401359")


def test_the_mark_can_be_typed_into_no_field() -> None:
    with pytest.raises(ValueError, match="pattern"):
        Visit.model_validate({"notes": f"x{MARK}y"})


def test_narratives_in_columns_and_documents_are_found_by_their_type() -> None:
    assert {"notes", "topics", "arrangements_family", "others_present"} <= set(
        sealed_columns(Visit)
    )
    assert "pesel" in sealed_columns(Person)
    assert "first_name" not in sealed_columns(Person)
    assert {"description", "needs", "support"} <= sealed_names(Diagnosis)
    assert {"action", "goal"} <= sealed_names(WorkPlan)
    assert not {"first_name", "surname", "sphere", "kind", "id"} & sealed_names(WorkPlan)


def test_a_wrapped_key_opens_for_its_centre_and_name_only() -> None:
    master, centre = Master.of(os.urandom(32)), uuid4()
    wrapped = master.wrap(centre, "1", b"k" * 32)
    assert master.unwrap(centre, "1", wrapped) == b"k" * 32
    for wrong in ((centre, "2"), (uuid4(), "1")):
        with pytest.raises(WrongSetting, match="ASYSTA_MASTER_KEY"):
            master.unwrap(*wrong, wrapped)


def test_the_one_before_still_unwraps() -> None:
    before, now, centre = os.urandom(32), os.urandom(32), uuid4()
    wrapped = Master.of(before).wrap(centre, "1", b"k")
    assert Master.of(now, before).unwrap(centre, "1", wrapped) == b"k"
    with pytest.raises(WrongSetting):
        Master.of(now).unwrap(centre, "1", wrapped)


def test_it_is_made_once_in_the_data_directory_for_its_owner_alone(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    wrapped = load_master(settings).wrap(HERE.row, "1", b"k")
    assert load_master(settings).unwrap(HERE.row, "1", wrapped) == b"k"
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(WrongSetting, match="chmod 600"):
        load_master(settings)


@pytest.mark.parametrize("wrong", ["", "short", b64encode(b"x" * 31).decode(), "ż" * 43])
def test_a_wrong_setting_is_one_clear_sentence(tmp_path: Path, wrong: str) -> None:
    settings = Settings(data_dir=tmp_path, master_key=SecretStr(wrong))
    with pytest.raises(WrongSetting, match="ASYSTA_MASTER_KEY can't be used: it must be 32"):
        load_master(settings)


def test_a_ring_is_kept_for_a_minute_and_no_longer() -> None:
    now = 0.0
    vault = Vault(Master.of(os.urandom(32)), clock=lambda: now)
    vault.keep(HERE.row, [])
    now = KEPT_FOR_S - 0.1
    assert vault.kept(HERE.row)
    now = KEPT_FOR_S
    assert vault.kept(HERE.row) is None
