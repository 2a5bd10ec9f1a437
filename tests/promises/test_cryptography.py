"""docs/cryptography.md names every key, secret, setting and use of cryptography, and no other."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import pytest
from pydantic import SecretStr

from app.api import rotation
from app.api.keys import SLOTS
from app.api.oidc import ALGORITHMS, KEPT_FOR
from app.commands import app
from app.db.schema import FUNCTIONS
from app.db.sensitive import SENSITIVE, Sensitivity
from app.domain.federation.rules import LASTS
from app.domain.identity.rules import RESET_HOURS
from app.domain.passwords.service import hash_password
from app.settings import Settings
from tests.factories.sources import ROOT, Source, sources
from tests.factories.typed import commands_of

PAGE = (ROOT / "docs" / "cryptography.md").read_text(encoding="utf-8")
# Whoever brings another library of cryptography along names it here, and its uses on the page.
LIBRARIES = frozenset(
    {
        *("argon2", "authlib", "bcrypt", "Crypto", "cryptography", "ecdsa", "hashlib", "hmac"),
        *("itsdangerous", "jose", "joserfc", "jwt", "nacl", "passlib", "pwdlib", "pyotp", "rsa"),
        *("secrets", "ssl"),
    }
)
_CODE = re.compile(r"`([^`]+)`")


def _rows(heading: str) -> list[list[str]]:
    """Return the cells of the table that begins with a heading."""
    table = PAGE.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def _uses(source: Source) -> Iterator[str]:
    """Name what a file takes from a library: by import, or by an attribute of the module."""
    whole = _imported(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            library, *path = node.module.split(".")
            if library in LIBRARIES and path[-1:] not in (["exceptions"], ["errors"]):
                yield from (f"{library}.{name.name}" for name in node.names)
            assert (node.module, "urandom") not in {("os", name.name) for name in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            said = f"{node.value.id}.{node.attr}"
            if node.value.id in whole or said == "os.urandom":
                yield said


def _imported(source: Source) -> set[str]:
    names = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names |= {name.name.split(".")[0] for name in node.names}
            assert not [n for n in node.names if n.asname and n.name.split(".")[0] in LIBRARIES]
    return names & LIBRARIES


def test_every_use_of_cryptography_stands_on_the_page_and_no_other() -> None:
    told = {_CODE.findall(row[0])[0]: sorted(_CODE.findall(row[1])) for row in _rows("where")}
    assert len(told) == len(_rows("where")), "each file once"
    found = {source.name: sorted(set(_uses(source))) for source in sources()}
    assert told == {name: uses for name, uses in found.items() if uses}
    for source in sources():
        for library in _imported(source):
            assert any(use.startswith(f"{library}.") for use in found[source.name]), source.name


def test_the_database_hashes_what_the_page_says_and_encrypts_nothing() -> None:
    called = set(
        re.findall(
            r"\b(sha\d+|md5|crypt|digest|hmac|gen_salt|\w*encrypt\w*)\(",
            FUNCTIONS.read_text(encoding="utf-8"),
        )
    )
    assert called == {"sha256"}
    assert f"`{FUNCTIONS.relative_to(ROOT).as_posix()}`" in PAGE


def test_every_secret_column_stands_on_the_page_and_no_other() -> None:
    secret = {
        f"{table}.{column}"
        for table, columns in SENSITIVE.items()
        for column, kind in columns.items()
        if kind is Sensitivity.SECRET
    }
    told = [*_rows("secret"), *_rows("key | kind")]
    assert {
        name for row in told for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", " ".join(row))
    } == secret


def test_every_setting_that_holds_or_leads_to_a_key_is_named_and_no_other() -> None:
    holding = {
        str(field.validation_alias or f"ASYSTA_{name.upper()}")
        for name, field in Settings.model_fields.items()
        if SecretStr in get_args(field.annotation) or name.endswith(("_url", "_file", "_dir"))
    }
    assert set(re.findall(r"\b(ASYSTA_[A-Z_]+|DATABASE_URL)\b", PAGE)) == holding


def test_every_command_of_the_page_is_there() -> None:
    typed = {
        re.sub(r" --[a-z-]+", "", said)
        for said in _CODE.findall(PAGE)
        if said.startswith(("keys ", "vault "))
    }
    assert typed <= commands_of(app)
    keeping = {"keys prepare", "keys activate", "keys retire"}
    assert keeping | {"vault rotate", "vault renew", "vault rewrap", "vault destroy"} <= typed


async def test_the_cost_of_a_password_is_the_one_of_the_page() -> None:
    stored = await hash_password("zielony parasol na wietrze")
    cost = {name: int(value) for name, value in re.findall(r"\b([mtp])=(\d+)", stored)}
    said = f"Argon2id, {cost['m'] // 1024} MiB, {cost['t']} rounds, {cost['p']} lanes"
    assert said in _rows("secret")[0][2]


@pytest.mark.parametrize(
    "said",
    [
        f"up to {SLOTS} at once",
        f"for at least {rotation.PUBLISHED_FOR.total_seconds():.0f} seconds | `keys activate`",
        f"for at least {rotation.OUTLIVED_AFTER.total_seconds():.0f} seconds | `keys retire`",
        f"({', '.join(ALGORITHMS)})",
    ],
)
def test_what_the_page_says_of_lives_is_what_the_code_does(said: str) -> None:
    assert said in PAGE


def test_the_lives_in_words_are_those_of_the_code() -> None:
    assert timedelta(seconds=KEPT_FOR) == timedelta(hours=1), "asked for anew each hour"
    assert timedelta(minutes=10) == LASTS, "ten minutes, used once"
    assert RESET_HOURS == 24, "a day, used once"
    assert Settings.model_fields["refresh_idle_minutes"].default == 30, "30 minutes, used once"


def test_nothing_turns_the_verification_of_certificates_off() -> None:
    for source in sources():
        for node in ast.walk(source.tree):
            said = {word.arg: word.value for word in getattr(node, "keywords", ())}
            off = [said[name] for name in ("verify", "ssl", "check_hostname") if name in said]
            assert not off, source.at(node)
