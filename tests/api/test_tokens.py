"""Access tokens: times, form and signature, the cache, rotation, the fence around the library."""

import ast
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from app.api import tokens as module
from app.api.claims import Claims
from app.api.keys import ring_of
from app.api.tokens import KEPT_AT_MOST, LENGTH_LIMIT, Tokens
from app.settings import WrongSetting
from tests.factories.tokens import (
    AUDIENCE,
    CENTRE,
    CLAIMS,
    ISSUER,
    KEY,
    NOW,
    RING,
    SAID,
    SESSION,
    STAMP,
    STRANGER,
    SUBJECT,
    TEN_MINUTES,
    b64,
    es256,
    forge,
    issue,
    refusal,
    tokens_of,
)

ROOT = Path(__file__).parents[2]


# Attacks with time.


@pytest.mark.parametrize("year", [2001, 2031])
def test_a_token_lives_until_the_last_moment_before_exp(year: int) -> None:
    """One microsecond before exp it is accepted, at exp it is expired, whatever today is."""
    tokens, start = tokens_of(), NOW.replace(year=year)
    end = start + TEN_MINUTES
    token = tokens.issue(subject=SUBJECT, centre=CENTRE, session=SESSION, roles=[], now=start)
    just_before = end - timedelta(microseconds=1)
    assert tokens_of().verify(token, now=just_before).expires_at == end.timestamp()
    assert refusal(token, end) == "expired"
    assert refusal(token, end + timedelta(days=9999)) == "expired"


@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_token_from_the_future_is_refused(name: str) -> None:
    """Five seconds of difference between two clocks are forgiven, six are not."""
    assert tokens_of().verify(forge(said={**SAID, name: STAMP + 5}), now=NOW)
    assert refusal(forge(said={**SAID, name: STAMP + 6})) == "not_yet_valid"
    assert refusal(forge(said={**SAID, "nbf": STAMP, name: STAMP + 6})) == "not_yet_valid"


@pytest.mark.parametrize("exp", [STAMP + 601, STAMP + 10**9, 10**400, STAMP, STAMP - 1, -1])
def test_a_life_longer_than_ten_minutes_or_not_positive_is_refused(exp: int) -> None:
    """Whoever got hold of the key for a moment can't make a token for years."""
    assert refusal(forge(said={**SAID, "exp": exp})) == "wrong_claims"


@pytest.mark.parametrize("minutes", [0, -1, 11, 60])
def test_the_lifetime_is_bounded(minutes: int) -> None:
    """A setting can't go beyond what the verifier accepts."""
    with pytest.raises(WrongSetting, match="between 1 second and 10 minutes"):
        Tokens(RING, issuer=ISSUER, audience=AUDIENCE, lifetime=timedelta(minutes=minutes))


def test_a_time_without_zone_is_a_mistake_of_the_caller() -> None:
    """It would be read in the zone of the server."""
    with pytest.raises(ValueError, match="time zone"):
        tokens_of().verify(forge(), now=NOW.replace(tzinfo=None))


# Attacks on the form and on the signature.


def test_an_oversize_token_is_refused() -> None:
    """At 4096 signs nothing is parsed; one below, the rest decides."""
    padded = forge(said={**SAID, "pad": "x" * 4000})
    assert refusal(padded) == "too_long"
    assert refusal("a" * LENGTH_LIMIT) == "too_long"
    assert refusal("a" * (LENGTH_LIMIT - 1)) == "malformed"


def test_every_truncation_is_refused() -> None:
    """No beginning of a token is a token."""
    token, tokens = forge(), tokens_of()
    for length in range(len(token)):
        assert refusal(token[:length], tokens=tokens) in {"malformed", "wrong_signature"}


@pytest.mark.parametrize("extra", [" ", "\n", "=", "==", ".", ".x", "\x00", "A", "é", "\udc80"])
def test_anything_added_is_refused(extra: str) -> None:
    """A token has one spelling: decoders that skip foreign signs are not trusted."""
    token = forge()
    head, body, signature = token.split(".")
    for wrong in (extra + token, token + extra, f"{head}.{body}{extra}.{signature}"):
        assert refusal(wrong) in {"malformed", "wrong_signature"}


@pytest.mark.parametrize(("name", "value"), [("roles", ["administrator"]), ("sub", str(CENTRE))])
def test_a_tampered_payload_is_refused(name: str, value: object) -> None:
    """Changed claims under the old signature."""
    head, _, signature = forge().split(".")
    body = b64(json.dumps({**SAID, name: value}).encode())
    assert refusal(f"{head}.{body}.{signature}") == "wrong_signature"


@pytest.mark.parametrize(
    "signature",
    [b"", b"\0" * 64, b"\xff" * 64, b"\0" * 63, b"\0" * 65],
    ids=["empty", "zeros", "ones", "short", "long"],
)
def test_a_signature_of_a_wrong_form_is_refused(signature: bytes) -> None:
    """Zeros (CVE-2022-21449) and other lengths are no signatures."""
    assert refusal(forge(sign=lambda _: signature)) == "wrong_signature"


def test_a_good_signature_in_der_is_refused() -> None:
    """A token has one spelling, and that is r and s side by side."""
    token = forge(sign=lambda message: KEY.sign(message, ec.ECDSA(SHA256())))
    assert refusal(token) == "wrong_signature"


def test_a_signature_by_a_stranger_is_refused() -> None:
    """Our kid with another key."""
    assert refusal(forge(sign=lambda message: es256(message, STRANGER))) == "wrong_signature"


@given(st.data())
def test_any_one_sign_changed_is_refused(data: st.DataObject) -> None:
    """Whichever place, whichever sign."""
    token = forge()
    place = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    assert refusal(token[:place] + sign + token[place + 1 :])


@given(st.text() | st.from_regex(r"[\w-]{1,40}\.[\w-]{0,40}\.[\w-]{0,90}"))
def test_any_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    """The header of a request is anything at all."""
    assert refusal(text)


# The cache.


def test_a_remembered_token_expires_on_time() -> None:
    """The cache does not prolong a life."""
    tokens = tokens_of()
    token = issue(tokens)
    assert tokens.verify(token, now=NOW + TEN_MINUTES - timedelta(seconds=1)) == CLAIMS
    assert refusal(token, NOW + TEN_MINUTES, tokens) == "expired"


def test_a_remembered_token_is_not_valid_before_it_is_issued() -> None:
    """A clock set back does not meet yesterday's answer."""
    tokens = tokens_of()
    token = issue(tokens)
    tokens.verify(token, now=NOW)
    assert refusal(token, NOW - timedelta(seconds=6), tokens) == "not_yet_valid"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count the signatures that are really checked."""
    counted: list[str] = []
    whole = Tokens._check

    def counting(self: Tokens, token: str, at: float) -> Claims:
        counted.append(token)
        return whole(self, token, at)

    monkeypatch.setattr(Tokens, "_check", counting)
    return counted


def test_a_token_is_checked_again_after_a_minute(checks: list[str]) -> None:
    """Remembered for less than sixty seconds."""
    tokens = tokens_of()
    token = issue(tokens)
    for seconds, expected in ((0, 1), (59.9, 1), (60, 2), (119.9, 2), (120, 3)):
        tokens.verify(token, now=NOW + timedelta(seconds=seconds))
        assert len(checks) == expected, seconds


def test_a_refusal_is_not_remembered(checks: list[str]) -> None:
    """Only successes are, so that an attacker can't fill the cache."""
    tokens = tokens_of()
    token = forge(sign=lambda _: b"\0" * 64)
    assert refusal(token, tokens=tokens) == refusal(token, tokens=tokens)
    assert len(checks) == 2
    assert not tokens._kept._entries


def test_forget_drops_the_entries_of_one_session_only(checks: list[str]) -> None:
    """After logout the next request reads the token anew; other sessions notice nothing."""
    tokens = tokens_of()
    mine, mine_too, other = issue(tokens), issue(tokens), issue(tokens, session=CENTRE)
    for token in (mine, mine_too, other):
        tokens.verify(token, now=NOW)
    tokens.forget(SESSION)
    for token in (other, mine, mine_too):
        tokens.verify(token, now=NOW)
    assert checks == [mine, mine_too, other, mine, mine_too]


def test_the_cache_is_bounded_and_the_oldest_goes() -> None:
    """Ten thousand entries, none of them a token in clear."""
    kept = tokens_of()._kept
    digests = [n.to_bytes(32, "big") for n in range(KEPT_AT_MOST + 5)]
    for digest in digests:
        kept.add(digest, CLAIMS, STAMP)
    assert len(kept._entries) == KEPT_AT_MOST
    assert kept.get(digests[4], STAMP) is None
    assert kept.get(digests[5], STAMP) == CLAIMS


# Rotation.


def test_rotation_loses_no_token_and_ends_with_refusal() -> None:
    """Next, active, previous, gone: the token of the old key is accepted until its key is gone."""
    old, new = KEY, STRANGER
    prepared, turned = ring_of(old, new.public_key()), ring_of(new, old.public_key())
    by_old, by_new = issue(tokens_of(prepared)), issue(tokens_of(turned))
    assert tokens_of(prepared).verify(by_new, now=NOW) == CLAIMS
    assert tokens_of(turned).verify(by_old, now=NOW) == CLAIMS
    assert refusal(by_old, tokens=tokens_of(ring_of(new))) == "wrong_key"


def test_a_key_signs_only_under_its_own_kid() -> None:
    """Two keys of one ring can't be exchanged."""
    ring = ring_of(KEY, STRANGER.public_key())
    token = forge(sign=lambda message: es256(message, STRANGER))
    assert refusal(token, tokens=tokens_of(ring)) == "wrong_signature"


def test_a_fourth_key_is_refused() -> None:
    """Three slots: previous, active, next."""
    others = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(3)]
    with pytest.raises(WrongSetting, match="3 slots"):
        ring_of(KEY, *others)


# The fence around the library.


def test_the_library_is_told_the_one_algorithm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second lock behind our own look at the header; no attack above can reach it."""
    told: list[object] = []
    library = vars(module)["jwt"]
    whole = library.decode

    def listening(*args: object, **options: object) -> object:
        told.append(options["algorithms"])
        return whole(*args, **options)

    monkeypatch.setattr(library, "decode", listening)
    tokens_of().verify(forge(), now=NOW)
    assert told == [["ES256"]]


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value  # importlib.import_module("jose")


def test_only_one_module_imports_jose_and_none_its_encryption() -> None:
    """What the library gets wrong is put right in one place only."""
    uses = {
        (file.relative_to(ROOT).as_posix(), name)
        for file in (ROOT / "app").rglob("*.py")
        for name in _imported(file)
        if name.split(".")[0] == "jose"
    }
    assert {file for file, _ in uses} == {"app/api/tokens.py"}
    assert not [name for _, name in uses if name.startswith("jose.jwe")]
