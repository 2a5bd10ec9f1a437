"""Attacks on access tokens, each with its own reason of refusal, and the life of the keys."""

import ast
import hmac
import json
import os
import stat
import subprocess
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from types import MappingProxyType
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.api import tokens as module
from app.api.keys import KeyRing, jwks, load_keyring, ring_of, thumbprint
from app.api.tokens import KEPT_AT_MOST, LENGTH_LIMIT, Claims, TokenRefused, Tokens
from app.settings import Settings, WrongSetting

ROOT = Path(__file__).parents[2]
NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)  # far from today: only `now` may count
STAMP = int(NOW.timestamp())
ISSUER = "https://asysta.example"
AUDIENCE = "asysta-api"
TEN_MINUTES = timedelta(minutes=10)
SUBJECT = UUID("0193b3c0-0000-7000-8000-000000000001")
CENTRE = UUID("0193b3c0-0000-7000-8000-000000000002")
SESSION = UUID("0193b3c0-0000-7000-8000-000000000003")

# Derived, not random: the names of the cases must be the same in each worker of pytest-xdist.
KEY = ec.derive_private_key(20260301, ec.SECP256R1())
STRANGER = ec.derive_private_key(20260302, ec.SECP256R1())
RING = ring_of(KEY)
HEADER: Mapping[str, object] = MappingProxyType(
    {"alg": "ES256", "typ": "at+jwt", "kid": RING.active.kid}
)
SAID: Mapping[str, object] = MappingProxyType(
    {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(SUBJECT),
        "exp": STAMP + 600,
        "iat": STAMP,
        "jti": "0193b3c0-0000-7000-8000-000000000004",
        "sid": str(SESSION),
        "centre": str(CENTRE),
        "roles": ["assistant", "manager"],
    }
)
CLAIMS = Claims(SUBJECT, CENTRE, SESSION, frozenset({"assistant", "manager"}), STAMP + 600)
MISSING = object()
PrivateKey = ec.EllipticCurvePrivateKey
AnyPrivateKey = PrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
Part = Mapping[str, object] | bytes
Sign = Callable[[bytes], bytes]
PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_DER = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def tokens_of(ring: KeyRing = RING) -> Tokens:
    """Make a verifier with nothing remembered yet."""
    return Tokens(ring, issuer=ISSUER, audience=AUDIENCE, lifetime=TEN_MINUTES)


def issue(tokens: Tokens, session: UUID = SESSION) -> str:
    """Issue the token whose claims are `CLAIMS`."""
    roles = ["manager", "assistant"]
    return tokens.issue(subject=SUBJECT, centre=CENTRE, session=session, roles=roles, now=NOW)


def b64(value: bytes) -> str:
    """Encode without padding, as tokens do."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(part: str) -> bytes:
    """Decode what has no padding."""
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def changed(base: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """Return a copy of a mapping with some members replaced, or left out (`MISSING`)."""
    return {k: v for k, v in {**base, **changes}.items() if v is not MISSING}


def es256(signing_input: bytes, key: PrivateKey = KEY) -> bytes:
    """Sign like RFC 7518, without the library that is under attack here."""
    r, s = decode_dss_signature(key.sign(signing_input, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def forge(header: Part = HEADER, said: Part = SAID, sign: Sign = es256) -> str:
    """Build a token by hand: any header, any claims (or raw bytes), any signature."""
    signing_input = ".".join(
        b64(part if isinstance(part, bytes) else json.dumps(dict(part)).encode())
        for part in (header, said)
    )
    return f"{signing_input}.{b64(sign(signing_input.encode()))}"


def refusal(token: str, now: datetime = NOW, tokens: Tokens | None = None) -> str:
    """Return the reason of refusal; fail if the token is accepted."""
    with pytest.raises(TokenRefused) as caught:
        (tokens or tokens_of()).verify(token, now=now)
    assert str(caught.value) == caught.value.reason, "the message must not quote the token"
    return caught.value.reason


# What must be accepted: without these, a verifier that refuses everything would pass below.


def test_what_is_issued_is_verified() -> None:
    """The claims come back as they went in."""
    tokens = tokens_of()
    assert tokens.verify(issue(tokens), now=NOW) == CLAIMS


def test_a_forged_token_without_a_fault_is_accepted() -> None:
    """The forger of this file is right in all else, so each refusal has its own cause."""
    assert tokens_of().verify(forge(), now=NOW) == CLAIMS


def test_the_wire_format_is_the_designed_one() -> None:
    """Header and claims hold what the design names, and nothing about the person."""
    header, body = (json.loads(unb64(part)) for part in issue(tokens_of()).split(".")[:2])
    assert header == HEADER
    assert changed(body, {"jti": SAID["jti"]}) == SAID
    assert UUID(body["jti"]) != UUID(int=0)


def test_two_tokens_of_one_moment_differ() -> None:
    """Each token has its own jti."""
    tokens = tokens_of()
    assert issue(tokens) != issue(tokens)


# Attacks on the header.


@pytest.mark.parametrize("name", ["none", "None", "NONE", "", None, MISSING, ["ES256"]])
@pytest.mark.parametrize("signature", [b"", b"x" * 64])
def test_alg_none_is_refused(name: object, signature: bytes) -> None:
    """A token that says it needs no signature is not believed."""
    token = forge(changed(HEADER, {"alg": name}), sign=lambda _: signature)
    assert refusal(token) == "wrong_algorithm"


@pytest.mark.parametrize(
    "secret",
    [PUBLIC_PEM, PUBLIC_PEM.strip(), PUBLIC_DER, PUBLIC_POINT],
    ids=["PEM", "PEM without newline", "DER", "point"],
)
@pytest.mark.parametrize("name", ["HS256", "HS384", "HS512"])
def test_hmac_with_our_public_key_is_refused(secret: bytes, name: str) -> None:
    """The public key, which everybody has, is no HMAC secret."""
    digest = name.replace("HS", "sha")
    header = changed(HEADER, {"alg": name})
    token = forge(header, sign=lambda message: hmac.digest(secret, message, digest))
    assert refusal(token) == "wrong_algorithm"


@pytest.mark.parametrize("secret", [PUBLIC_PEM, PUBLIC_DER], ids=["PEM", "DER"])
def test_hmac_under_the_name_of_es256_is_refused(secret: bytes) -> None:
    """Lying about the algorithm does not help either."""
    token = forge(sign=lambda message: hmac.digest(secret, message, "sha512"))
    assert refusal(token) == "wrong_signature"


@pytest.mark.parametrize("name", ["ES384", "ES512", "RS256", "PS256", "EdDSA", "es256", "ES256 "])
def test_other_algorithms_are_refused(name: str) -> None:
    """One algorithm, spelt in one way."""
    assert refusal(forge(changed(HEADER, {"alg": name}))) == "wrong_algorithm"


@pytest.mark.parametrize(
    "typ", ["JWT", "jwt", "at+JWT", "application/at+jwt", "", None, MISSING, 1]
)
def test_another_type_or_none_is_refused(typ: object) -> None:
    """An identity token or a link signed with the same key is no access token."""
    assert refusal(forge(changed(HEADER, {"typ": typ}))) == "wrong_type"


@pytest.mark.parametrize("kid", ["other", "", "../0001", "' OR 1=1", None, MISSING, 0, ["a"], {}])
def test_an_unknown_kid_or_none_is_refused(kid: object) -> None:
    """There is no default key to fall back to."""
    assert refusal(forge(changed(HEADER, {"kid": kid}))) == "wrong_key"


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c", "x5t", "crit", "b64", "zip", "new"])
@pytest.mark.parametrize("value", ["https://evil.example/jwks", ["b64"], {}, None])
def test_further_header_members_are_refused(name: str, value: object) -> None:
    """A token brings no key, no address of a key and no demands, even when rightly signed."""
    assert refusal(forge({**HEADER, name: value})) == "wrong_header"


def test_an_embedded_key_of_the_attacker_is_refused() -> None:
    """A token that carries the key it is signed with is refused before that key is looked at."""
    jwk = jwks(ring_of(STRANGER))["keys"][0]
    token = forge({**HEADER, "jwk": jwk}, sign=lambda message: es256(message, STRANGER))
    assert refusal(token) == "wrong_header"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b'"ES256"',
        b"null",
        b"7",
        b"\xff\xfe",
        b"[" * 2700,
        b'{"a":' * 540,
        json.dumps(dict(HEADER)).encode("utf-16"),
    ],
)
def test_a_header_that_is_no_json_object_is_refused(header: bytes) -> None:
    """Rubbish and deep nesting give a refusal, not a crash."""
    assert refusal(forge(header, said=b"{}")) == "malformed"


# Attacks on the claims.


@pytest.mark.parametrize("aud", ["other", "", "asysta-api ", [AUDIENCE, "other"], [AUDIENCE], []])
def test_another_audience_is_refused(aud: object) -> None:
    """A token for another service, or for several, is not for us."""
    assert refusal(forge(said=changed(SAID, {"aud": aud}))) == "wrong_audience"


@pytest.mark.parametrize(
    "iss", ["https://evil.example", "", f"{ISSUER}/", None, MISSING, [ISSUER], 1]
)
def test_another_issuer_is_refused(iss: object) -> None:
    """Only our own name counts."""
    reason = refusal(forge(said=changed(SAID, {"iss": iss})))
    assert reason == ("wrong_claims" if iss is MISSING else "wrong_issuer")


@pytest.mark.parametrize("name", sorted(set(SAID) - {"iss"}))
def test_a_missing_claim_is_refused(name: str) -> None:
    """Every claim is required."""
    assert refusal(forge(said=changed(SAID, {name: MISSING}))) == "wrong_claims"


@pytest.mark.parametrize("name", ["sub", "sid", "centre", "jti"])
@pytest.mark.parametrize(
    "value",
    [
        "admin",
        "",
        None,
        1,
        ["x"],
        {},
        SUBJECT.hex,
        f"{{{SUBJECT}}}",
        f"urn:uuid:{SUBJECT}",
        f"{SUBJECT} ",
        "0193B3C0-0000-7000-8000-00000000000A",
    ],
)
def test_an_identifier_that_is_no_plain_uuid_is_refused(name: str, value: object) -> None:
    """One spelling of a UUID, so that two tokens never name one account differently."""
    assert refusal(forge(said=changed(SAID, {name: value}))) == "wrong_claims"


@pytest.mark.parametrize(
    "roles", ["manager", None, {}, {"manager": 1}, [1], [None], [["manager"]], 1]
)
def test_roles_that_are_no_list_of_words_are_refused(roles: object) -> None:
    """A string is not taken for the set of its letters."""
    assert refusal(forge(said=changed(SAID, {"roles": roles}))) == "wrong_claims"


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize(
    "value", [str(STAMP), None, [], {}, True, STAMP + 0.5, float("nan"), "1e9"]
)
def test_a_time_that_is_no_whole_number_is_refused(name: str, value: object) -> None:
    """Times are whole seconds; NaN, which compares false with everything, has no effect."""
    assert refusal(forge(said=changed(SAID, {name: value}))) == "wrong_claims"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b"\xff", b'"x"'])
def test_a_payload_that_is_no_json_object_is_refused(body: bytes) -> None:
    """Even under a good signature."""
    assert refusal(forge(said=body)) == "wrong_claims"


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


# The keys of the process.


def settings_with(folder: Path, key: str | None = None) -> Settings:
    """Make settings whose keys lie in a folder of the test."""
    return Settings(data_dir=folder, signing_key=None if key is None else SecretStr(key))


def pem_of(
    key: AnyPrivateKey,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    """Write a private key as text."""
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


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
