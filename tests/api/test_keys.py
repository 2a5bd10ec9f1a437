"""The signing keys of the process: where they come from, what is refused, what is published."""

import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    PrivateFormat,
)
from pydantic import SecretStr

from app.api.keys import jwks, load_keyring, ring_of, thumbprint
from app.settings import Settings, WrongSetting
from tests.factories.tokens import KEY, PUBLIC_PEM, RING, STRANGER, PrivateKey, pem_of, unb64

ROOT = Path(__file__).parents[2]


def settings_with(folder: Path, key: str | None = None) -> Settings:
    """Make settings whose keys lie in a folder of the test."""
    return Settings(data_dir=folder, signing_key=None if key is None else SecretStr(key))


def put(folder: Path, name: str, key: PrivateKey) -> Path:
    """Put a key file into the folder of keys."""
    (folder / "keys").mkdir(exist_ok=True)
    file = folder / "keys" / name
    file.write_text(pem_of(key))
    file.chmod(0o600)
    return file


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The key and the thumbprint printed in RFC 9449, section 4.2 and 6.1."""
    x, y = (
        int.from_bytes(unb64(part), "big")
        for part in (
            "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        )
    )
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    assert thumbprint(key) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_the_published_set_holds_no_private_part() -> None:
    """Exactly the public members, for every key that verifies."""
    published = jwks(ring_of(KEY, STRANGER.public_key()))["keys"]
    assert [key["kid"] for key in published] == [
        thumbprint(k.public_key()) for k in (KEY, STRANGER)
    ]
    for key in published:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
        assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")
        assert len(unb64(key["x"])) == len(unb64(key["y"])) == 32


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_the_key_of_the_settings_is_used_and_nothing_is_written(
    tmp_path: Path, form: PrivateFormat
) -> None:
    """Both usual forms of PEM."""
    ring = load_keyring(settings_with(tmp_path, pem_of(KEY, form)))
    assert ring.active.kid == RING.active.kid
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("", "not a private key in PEM"),
        ("secret", "not a private key in PEM"),
        (PUBLIC_PEM.decode(), "not a private key in PEM"),
        (pem_of(KEY)[:100], "not a private key in PEM"),
        (pem_of(KEY, encryption=BestAvailableEncryption(b"x")), "needs a password"),
        (pem_of(ec.generate_private_key(ec.SECP384R1())), "on the curve P-256"),
        (pem_of(ec.generate_private_key(ec.SECP256K1())), "on the curve P-256"),
        (pem_of(ed25519.Ed25519PrivateKey.generate()), "on the curve P-256"),
        (pem_of(rsa.generate_private_key(65537, 2048)), "on the curve P-256"),
    ],
    ids=range(9),
)
def test_a_wrong_signing_key_gives_a_clear_sentence(
    tmp_path: Path, wrong: str, sentence: str
) -> None:
    """The sentence names the setting and the fault, and quotes nothing."""
    with pytest.raises(WrongSetting, match=sentence) as caught:
        load_keyring(settings_with(tmp_path, wrong))
    assert str(caught.value).startswith("Setting ASYSTA_SIGNING_KEY can't be used: ")
    assert not wrong or wrong not in str(caught.value)
    assert caught.value.__cause__ is None


def test_several_keys_of_the_setting_rotate_without_a_folder(tmp_path: Path) -> None:
    """The first signs, all verify: processes on machines that share no folder."""
    old, new = pem_of(KEY), pem_of(STRANGER)
    kids = [thumbprint(key.public_key()) for key in (KEY, STRANGER)]
    for said, signs in ((f"{old}\n{new}", kids[0]), (f"{new}{old}", kids[1])):
        ring = load_keyring(settings_with(tmp_path, said))
        assert ring.active.kid == signs
        assert sorted(ring.verifying) == sorted(kids)
    with pytest.raises(WrongSetting, match=r"^Setting ASYSTA_SIGNING_KEY can't be used: it is not"):
        load_keyring(settings_with(tmp_path, old + old.replace("M", "!")))


def test_the_first_start_makes_a_key_that_stays(tmp_path: Path) -> None:
    """One private file, whole, and no draft beside it."""
    data = tmp_path / "new" / "data"
    first, second = (load_keyring(settings_with(data)) for _ in range(2))
    (file,) = (data / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert first.active.kid == second.active.kid == thumbprint(first.active.private.public_key())


def test_two_rings_made_at_once_agree(tmp_path: Path) -> None:
    """Many threads reach an empty folder together, again and again."""
    barrier = Barrier(4)

    def start(folder: Path) -> str:
        barrier.wait()
        return load_keyring(settings_with(folder)).active.kid

    with ThreadPoolExecutor(4) as pool:
        for turn in range(20):
            folder = tmp_path / str(turn)
            assert len(set(pool.map(start, [folder] * 4))) == 1
            assert len(list((folder / "keys").iterdir())) == 1


def test_two_processes_started_at_once_agree(tmp_path: Path) -> None:
    """The same with real processes, as two workers of one server."""
    code = "from app.api.keys import *; print(load_keyring(Settings()).active.kid)"
    env = {"PATH": os.environ["PATH"], "ASYSTA_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE) for _ in range(2)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert len(said.pop().strip()) == 43


def test_the_newest_by_name_signs_and_a_next_key_only_verifies(tmp_path: Path) -> None:
    """Names decide, not the dates of files, which a restored backup changes."""
    third = ec.generate_private_key(ec.SECP256R1())
    put(tmp_path, "0003.next.pem", third)
    put(tmp_path, "0002.pem", STRANGER)
    os.utime(put(tmp_path, "0001.pem", KEY), (time.time() + 99, time.time() + 99))
    ring = load_keyring(settings_with(tmp_path))
    assert ring.active.kid == thumbprint(STRANGER.public_key())
    assert set(ring.verifying) == {thumbprint(k.public_key()) for k in (KEY, STRANGER, third)}


@pytest.mark.parametrize(
    ("names", "mode", "sentence"),
    [
        (["1.pem", "2.pem", "3.pem", "4.next.pem"], 0o600, "holds 4 keys: keep 3"),
        (["2.next.pem"], 0o600, "only a next key"),
        (["1.pem"], 0o640, "can be read by others"),
        (["1.pem"], 0o604, "can be read by others"),
    ],
)
def test_a_wrong_folder_of_keys_gives_a_clear_sentence(
    tmp_path: Path, names: list[str], mode: int, sentence: str
) -> None:
    """Nothing is guessed and nothing is written."""
    for name in names:
        put(tmp_path, name, ec.generate_private_key(ec.SECP256R1())).chmod(mode)
    with pytest.raises(WrongSetting, match=sentence):
        load_keyring(settings_with(tmp_path))
    assert sorted(f.name for f in (tmp_path / "keys").iterdir()) == names


def test_a_damaged_key_file_is_named_and_not_replaced(tmp_path: Path) -> None:
    """A new key in its place would log everybody out without a word."""
    file = put(tmp_path, "0001.pem", KEY)
    file.write_text("half")
    with pytest.raises(WrongSetting, match=r"Key file .*0001\.pem can't be used"):
        load_keyring(settings_with(tmp_path))
    assert file.read_text() == "half"


def test_a_data_folder_that_is_a_file_gives_a_clear_sentence(tmp_path: Path) -> None:
    """The system's error becomes a sentence with the name of the setting."""
    (tmp_path / "data").write_text("")
    with pytest.raises(WrongSetting, match="Setting ASYSTA_DATA_DIR can't be used"):
        load_keyring(settings_with(tmp_path / "data"))
