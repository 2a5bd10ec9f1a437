"""`audit verify` finds every kind of tampering and names the first bad row."""

import asyncio
import json
from pathlib import Path

import pytest

from app.db.session import Database
from tests.factories.auditing import audit, copy_of, sealed_database, tamper, write
from tests.factories.databases import MASTER, of_database
from tests.factories.people import HERE

LAST = "(SELECT max(upto) FROM audit_seal WHERE centre_id = app.centre())"
OF_HERE = "centre_id = app.centre()"
UNSEALED = f"{OF_HERE} AND position > {LAST}"
# The last entry but one: its seal has others before and after it.
ROW = f"(SELECT max(position) FROM audit_entry WHERE {OF_HERE} AND position < {LAST})"
RESEALED = (
    "UPDATE audit_seal s SET leaves = (SELECT string_agg(app.audit_leaf(e), '' ORDER BY e.position)"
    " FROM audit_entry e WHERE e.centre_id = s.centre_id AND e.position <= s.upto AND e.position >"
    " (SELECT max(b.upto) FROM audit_seal b WHERE b.centre_id = s.centre_id AND b.upto < s.upto))"
    f" WHERE {OF_HERE} AND upto = {LAST}"
)
REHASHED = (
    "UPDATE audit_seal s SET hash = sha256((SELECT b.hash FROM audit_seal b WHERE b.centre_id ="
    " s.centre_id AND b.number = s.number - 1) || convert_to('asysta-seal-1'"
    " || app.audit_field(s.centre_id::text) || app.audit_field(s.number::text)"
    " || app.audit_field(app.z(s.at)) || app.audit_field(s.upto::text)"
    f" || app.audit_field(s.entries::text), 'UTF8') || s.leaves) WHERE {OF_HERE} AND upto = {LAST}"
)
CHANGED = (
    f"UPDATE audit_entry SET account_id = gen_random_uuid() WHERE {OF_HERE} AND position = {ROW}"
)
TAMPERING = {
    "who": ((CHANGED,), "it is not what seal 4 has sealed"),
    "what": (
        (f"UPDATE audit_entry SET subject = 'family' WHERE {OF_HERE} AND position = {ROW}",),
        "it is not what seal 4 has sealed",
    ),
    "when": (
        (
            (
                f"UPDATE audit_entry SET at = at - interval '1 microsecond' WHERE {OF_HERE}"
                f" AND position = {ROW}"
            ),
        ),
        "it is not what seal 4 has sealed",
    ),
    "why": (
        (f"UPDATE audit_entry SET purpose = 'casework' WHERE {OF_HERE} AND position = {ROW}",),
        "it is not what seal 4 has sealed",
    ),
    "values": (
        (f"UPDATE audit_entry SET detail = 'null' WHERE {OF_HERE} AND position = {ROW}",),
        "it is not what seal 4 has sealed",
    ),
    "order": (
        (
            f"UPDATE audit_entry SET position = -1 WHERE {OF_HERE} AND position = {ROW}",
            f"UPDATE audit_entry SET position = {ROW} + 1 WHERE {OF_HERE} AND position = {ROW}",
            f"UPDATE audit_entry SET position = {ROW} - 1 WHERE {OF_HERE} AND position = -1",
        ),
        "entry",
    ),
    "deleted": (
        (f"DELETE FROM audit_entry WHERE {OF_HERE} AND position = {ROW}",),
        "before it 1 entries of seal 4 are missing",
    ),
    "last_deleted": (
        (f"DELETE FROM audit_entry WHERE {OF_HERE} AND position = {LAST}",),
        "seal 4: 1 of its entries are missing, from entry 4 on",
    ),
    "inserted": (
        (
            (
                "INSERT INTO audit_entry"
                " (centre_id, operation, verb, subject, subject_id, position)"
                " SELECT app.centre(), 'x', 'read', 'family', app.centre(), min(position) - 1"
                " FROM (SELECT position FROM audit_entry WHERE centre_id = app.centre()"
                "   ORDER BY position DESC LIMIT 4) e"
            ),
        ),
        "seal 4 knows no such entry",
    ),
    "all_deleted": (
        (f"DELETE FROM audit_entry WHERE {OF_HERE}",),
        "of its entries are missing, from entry 1 on",
    ),
    "leaves": ((CHANGED, RESEALED), "seal 4: it was changed, or a seal before it was"),
    "seal_gone": (
        (f"DELETE FROM audit_seal WHERE {OF_HERE} AND number = 2",),
        "seal 2: it is missing: seal 3 follows",
    ),
    "seal_renumbered": (
        (f"UPDATE audit_seal SET number = 9 WHERE {OF_HERE} AND number = 4",),
        "seal 4: it is missing: seal 9 follows",
    ),
    "seal_redated": (
        (f"UPDATE audit_seal SET at = at + interval '1 day' WHERE {OF_HERE} AND number = 3",),
        "seal 3: it was changed",
    ),
}
# What only a signed head shows: whoever rewrites the rest of the chain leaves it consistent.
BEHIND_A_HEAD = {
    "rewritten": ((CHANGED, RESEALED, REHASHED), "seal 4: it is not the one whose hash was signed"),
    "truncated": (
        (
            (
                f"DELETE FROM audit_entry WHERE {OF_HERE} AND position >"
                " (SELECT upto FROM audit_seal"
                f" WHERE {OF_HERE} AND number = 3)"
            ),
            f"DELETE FROM audit_seal WHERE {OF_HERE} AND number = 4",
        ),
        "the tail is gone: seal 4 was signed, the last is 3",
    ),
    "emptied": (
        (f"DELETE FROM audit_entry WHERE {OF_HERE}", f"DELETE FROM audit_seal WHERE {OF_HERE}"),
        "the tail is gone: seal 4 was signed, the last is 0",
    ),
}


@pytest.fixture(scope="module")
def name(superuser_url: str, request: pytest.FixtureRequest) -> str:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"asysta_{worker}_sealed"
    asyncio.run(sealed_database(superuser_url, name))
    return name


@pytest.fixture(scope="module")
def signed(superuser_url: str, name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sign the heads; return the folder with keys and heads."""
    data = tmp_path_factory.mktemp("signed")
    said = audit(of_database(superuser_url, name), data, "sign")
    assert said.exit_code == 0, said.output
    assert "2 heads signed" in said.output
    return data


def _copy(superuser_url: str, name: str, *statements: str) -> str:
    url = asyncio.run(copy_of(superuser_url, name, f"{name}_copy"))
    asyncio.run(tamper(url, *statements))
    return url


def test_an_untouched_audit_holds(superuser_url: str, name: str, signed: Path) -> None:
    said = audit(of_database(superuser_url, name), signed, "verify")
    assert said.exit_code == 0, said.output
    assert "in 4 seals hold, 1 signed heads agree" in said.output


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found(superuser_url: str, name: str, tmp_path: Path, kind: str) -> None:
    statements, told = TAMPERING[kind]
    said = audit(_copy(superuser_url, name, *statements), tmp_path, "verify")
    assert said.exit_code == 1, said.output
    assert f"{HERE.code}: " in said.output
    assert told in said.output
    assert "lipowo: " in said.output, "the other centre's chain is its own"
    assert said.output.count(" hold, ") == 1


@pytest.mark.parametrize("kind", BEHIND_A_HEAD)
def test_a_signed_head_can_not_be_gone_behind(
    superuser_url: str, name: str, signed: Path, tmp_path: Path, kind: str
) -> None:
    statements, told = BEHIND_A_HEAD[kind]
    url = _copy(superuser_url, name, *statements)
    assert audit(url, tmp_path, "verify").exit_code == 0, "without the head nobody can tell"
    said = audit(url, signed, "verify")
    assert said.exit_code == 1, said.output
    assert told in said.output


def test_what_is_not_sealed_is_said(superuser_url: str, name: str, tmp_path: Path) -> None:
    url = asyncio.run(copy_of(superuser_url, name, f"{name}_copy"))
    asyncio.run(_more(url))
    said = audit(url, tmp_path, "verify")
    assert said.exit_code == 0, said.output
    assert "2 entries since" in said.output
    assert "are not sealed yet" in said.output
    asyncio.run(
        tamper(
            url,
            f"UPDATE audit_entry SET at = at - interval '61 s' WHERE {UNSEALED}",
        )
    )
    said = audit(url, tmp_path, "verify")
    assert said.exit_code == 3, said.output
    assert "nothing seals them" in said.output
    assert audit(url, tmp_path, "sign").exit_code == 0
    assert audit(url, tmp_path, "verify").exit_code == 0


async def _more(url: str) -> None:
    database = Database(url, MASTER, reads=1, writes=1)
    await write(database, names=2)
    await database.close()


def test_an_export_is_verified_offline(
    superuser_url: str, name: str, signed: Path, tmp_path: Path
) -> None:
    url = of_database(superuser_url, name)
    said = audit(url, tmp_path, "export", "--to", str(tmp_path / "out"))
    assert said.exit_code == 0, said.output
    file = tmp_path / "out" / f"{HERE.code}.ndjson"
    nowhere = "postgresql://nobody@localhost:1/none"
    heads = (
        "--signed",
        str(signed / "audit-heads"),
        "--keys",
        str(signed / "audit-heads/jwks.json"),
    )
    said = audit(nowhere, tmp_path, "verify", "--file", str(file), *heads)
    assert said.exit_code == 0, said.output
    assert "1 signed heads agree" in said.output
    lines = file.read_text().splitlines()
    for spoilt, told in _spoilt(lines):
        file.write_text("\n".join(spoilt))
        said = audit(nowhere, tmp_path, "verify", "--file", str(file), *heads)
        assert (said.exit_code, told in said.output) == (1, True), said.output


def _spoilt(lines: list[str]) -> list[tuple[list[str], str]]:
    """Tamper with an export: its last seal covers the four entries before it."""
    *_, first, second, third, fourth, seal = lines
    rest = lines[:-5]
    changed = json.loads(second) | {"operation": "show_family"}
    return [
        (
            [*rest, first, json.dumps(changed), third, fourth, seal],
            "it is not what seal 4 has sealed",
        ),
        ([*rest, first, third, fourth, seal], "before it 1 entries of seal 4 are missing"),
        ([*rest, first, third, second, fourth, seal], "it is out of the order of seal 4"),
        ([*rest, first, second, second, third, fourth, seal], "seal 4 knows no such entry"),
        (rest, "the tail is gone"),
        ([*rest, first, second, third, fourth], "the tail is gone"),
        ([*rest, first, second, third, fourth, seal, first], "put in after its place was sealed"),
        ([*rest, first, second, third, fourth, seal[:-9]], "it can't be read"),
    ]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda head: head[:-8] + ("AAAAAAAA" if head[-8:] != "AAAAAAAA" else "B" * 8),
            "signature is wrong",
        ),
        (lambda head: head.replace(".", ".e30.", 1), "it can't be read"),
        (lambda head: "e30" + head, "it can't be read"),
    ],
)
def test_a_head_that_we_did_not_sign_counts_for_nothing(
    superuser_url: str, name: str, signed: Path, tmp_path: Path, spoil: object, told: str
) -> None:
    heads = signed / "audit-heads"
    (file,) = heads.glob("*.jws")
    lines = file.read_text().splitlines()
    (tmp_path / file.name).write_text("\n".join([lines[0], spoil(lines[1])]))  # type: ignore[operator]
    (tmp_path / "jwks.json").write_text((heads / "jwks.json").read_text())
    url = of_database(superuser_url, name)
    said = audit(url, signed, "verify", "--signed", str(tmp_path))
    assert said.exit_code == 1
    assert f"{file.name} line 2: " in said.output
    assert told in said.output


def test_a_head_of_another_key_counts_for_nothing(
    superuser_url: str, name: str, signed: Path, tmp_path: Path
) -> None:
    heads = signed / "audit-heads"
    url = of_database(superuser_url, name)
    assert audit(url, tmp_path, "sign").exit_code == 0
    strangers = str(tmp_path / "audit-heads" / "jwks.json")
    said = audit(url, signed, "verify", "--signed", str(heads), "--keys", strangers)
    assert said.exit_code == 1
    assert "is unknown: give the keys with --keys" in said.output
