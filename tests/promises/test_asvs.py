"""docs/asvs.md says what is met and by which test: each stands there once, and the test exists."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from app.api.v1.schemas.sessions import PasswordIn, PasswordResetIn, SessionIn
from app.db.schema import FUNCTIONS
from app.domain.passwords.service import hash_password
from tests.factories.sources import ROOT, named_tests

PAGE = ROOT / "docs" / "asvs.md"
_TEST = re.compile(r"`(tests/\S+?\.py)::(\w+)`")
_ITEM = re.compile(
    r"- \[(?P<met>[x ])\] \*\*(?P<id>[^*]+)\*\* (?P<said>.+?)(?=\n- \[|\n\n|\Z)", re.DOTALL
)
_NOT_OURS = re.compile(r"\*Does not apply:\*(.+?)(?=\n\n|\Z)", re.DOTALL)
_NUMBER = re.compile(r"(?:RFC 8725 §)?\d+\.\d+(?:\.\d+)?")
# How many requirements of levels 1 and 2 each section of ASVS 5.0 has; they stand first in it.
_COUNTS = """
6.1:3 6.2:11 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1
8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4
11.5:1 11.6:1 14.1:2 14.2:4 14.3:3 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
"""
SECTIONS = {section: int(n) for section, n in (said.split(":") for said in _COUNTS.split())}
HIGHER = {"8.3.2"}  # of level 3, and met
ADVICE = range(1, 13)  # RFC 8725 §3.1 to §3.12


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement: met by these tests, or not, with the reason."""

    id: str
    met: bool
    said: str
    tests: tuple[tuple[str, str], ...]


def items(text: str) -> list[Item]:
    """Read the requirements of a page."""
    return [
        Item(
            found["id"],
            found["met"] == "x",
            _TEST.sub("", found["said"]).strip(),
            tuple((path, name) for path, name in _TEST.findall(found["said"])),
        )
        for found in _ITEM.finditer(text)
    ]


def not_ours(text: str) -> list[str]:
    """Read the requirements that a page says do not apply."""
    return [number for part in _NOT_OURS.findall(text) for number in _NUMBER.findall(part)]


TEXT = PAGE.read_text(encoding="utf-8")
ITEMS = items(TEXT)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_what_is_ticked_has_a_test_and_what_is_not_a_reason(item: Item) -> None:
    if not item.met:
        assert not item.tests, "tick it, or say in words what the test does not prove"
        assert len(item.said) > 40, "say why"
        return
    assert item.tests, "nothing is ticked without a test"
    assert len(set(item.tests)) == len(item.tests)
    for path, name in item.tests:
        assert (ROOT / path).is_file(), path
        assert Path(path).name.startswith("test_")
        assert name.startswith("test_")
        assert name in named_tests(path), f"{path} has no {name}"


def test_each_requirement_stands_there_once() -> None:
    wanted = {f"{section}.{n + 1}" for section, count in SECTIONS.items() for n in range(count)}
    wanted |= HIGHER | {f"RFC 8725 §3.{n}" for n in ADVICE}
    found = Counter([*(item.id for item in ITEMS), *not_ours(TEXT)])
    assert not [number for number, times in found.items() if times > 1]
    assert set(found) - wanted == set(), "these are no requirements of levels 1 and 2"
    assert wanted - set(found) == set(), "say of these whether they are met"


def test_nothing_of_the_page_is_overlooked() -> None:
    assert len(ITEMS) == sum(line.startswith("- [") for line in TEXT.splitlines())
    assert sum(len(item.tests) for item in ITEMS) == TEXT.count("::test_")


def test_readme_leads_to_the_page() -> None:
    assert "(docs/asvs.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_page_is_read_as_it_is_meant() -> None:
    page = (
        "- [x] **6.2.1** Long.\n  `tests/api/test_a.py::test_b`\n"
        "- [ ] **6.2.2** Not yet.\n\n*Does not apply:* 6.6.1, RFC 8725 §3.4 (none).\n"
    )
    met, open_ = items(page)
    assert met == Item("6.2.1", met=True, said="Long.", tests=(("tests/api/test_a.py", "test_b"),))
    assert (open_.id, open_.met, open_.tests) == ("6.2.2", False, ())
    assert not_ours(page) == ["6.6.1", "RFC 8725 §3.4"]


# What the page claims of the code itself.


def _product() -> Iterator[tuple[str, ast.AST]]:
    """Yield what stands in the served product: demo data and the tour are not it."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        if not path.startswith(("app/demo/", "app/tour/")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield path, node


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{name.name}" for name in node.names]
    return []


def test_nothing_in_the_product_draws_from_a_guessable_generator() -> None:
    imported = {(path, name) for path, node in _product() for name in _imported(node)}
    guessable = {found for found in imported if found[1].split(".")[0] in {"random", "numpy"}}
    assert not guessable
    assert any(name == "secrets" for _, name in imported)


def test_one_cipher_seals_and_nothing_weak_is_imported() -> None:
    weak = re.compile(r"(?i)\b(md5|sha1|ecb|des|rc4|arc4|tripledes|pkcs1v15)\b")
    ciphers = set()
    for path, node in _product():
        for name in [*_imported(node), *([node.attr] if isinstance(node, ast.Attribute) else [])]:
            assert not weak.search(name), f"{path}: {name}"
            if name.startswith("cryptography.") and ".ciphers" in name:
                ciphers.add(name)
    assert ciphers == {"cryptography.hazmat.primitives.ciphers.aead.AESGCMSIV"}


def test_hashes_have_256_bits() -> None:
    used = set()
    for _, node in _product():
        used |= {name for name in _imported(node) if name.startswith("hashlib.")}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used |= {f"hashlib.{node.attr}"} if node.value.id == "hashlib" else set()
    assert used == {"hashlib.sha256"}
    in_sql = re.findall(r"\b(md5|sha\d+|digest)\(", FUNCTIONS.read_text(encoding="utf-8"))
    assert set(in_sql) == {"sha256"}


def test_signing_in_and_resetting_ask_for_no_hint() -> None:
    assert SessionIn.model_fields.keys() == {"centre", "login", "password", "code"}
    assert PasswordResetIn.model_fields.keys() == {"reset_token", "password"}
    assert PasswordIn.model_fields.keys() == {"present_password", "password"}


async def test_passwords_are_hashed_by_argon2id() -> None:
    stored = await hash_password("zielony parasol na wietrze")
    assert stored.startswith("$argon2id$v=19$")
    cost = {name: int(value) for name, value in re.findall(r"\b([mtp])=(\d+)", stored)}
    assert (cost["m"], cost["t"]) >= (19_456, 2), "what OWASP asks for at least, in KiB and rounds"
    assert Argon2Hasher().verify("zielony parasol na wietrze", stored)


def test_logs_go_to_standard_output_alone() -> None:
    opened = {
        (path, name)
        for path, node in _product()
        for name in [*_imported(node), *([node.attr] if isinstance(node, ast.Attribute) else [])]
        if name.endswith(("FileHandler", "SysLogHandler", "SocketHandler", "HTTPHandler"))
        or name.startswith("logging.handlers")
    }
    assert not opened
