"""Attacks on access tokens by their header and their claims, each with its reason of refusal."""

import hmac
import json
from collections.abc import Mapping
from uuid import UUID

import pytest

from app.api.keys import jwks, ring_of
from tests.factories.tokens import (
    AUDIENCE,
    CLAIMS,
    HEADER,
    ISSUER,
    MISSING,
    NOW,
    PUBLIC_DER,
    PUBLIC_PEM,
    PUBLIC_POINT,
    SAID,
    STAMP,
    STRANGER,
    SUBJECT,
    changed,
    es256,
    forge,
    issue,
    refusal,
    tokens_of,
    unb64,
)

FOR_OTHERS = {"wrong_issuer", "wrong_audience", "wrong_claims"}  # the library takes the second


def twice(said: Mapping[str, object], name: str, value: object) -> bytes:
    """Write a part of a token that names one member twice: as it should be, then otherwise."""
    return f"{json.dumps(dict(said))[:-1]}, {json.dumps({name: value})[1:]}".encode()


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


@pytest.mark.parametrize("name", sorted(HEADER))
def test_a_member_of_the_header_named_twice_is_refused(name: str) -> None:
    """Whichever of the two another parser takes, nobody is told two things."""
    for value in (HEADER[name], "none"):
        assert refusal(forge(twice(HEADER, name, value))) == "repeated_member"


# Attacks on the claims.


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_claim_named_twice_is_refused(name: str) -> None:
    """Even under a good signature, and even with the same value."""
    for value in (SAID[name], "other"):
        assert refusal(forge(said=twice(SAID, name, value))) in {"repeated_member", *FOR_OTHERS}


def test_a_claim_named_twice_further_down_is_refused() -> None:
    """A member of a member counts as well."""
    body = json.dumps({**SAID, "act": {}}).replace('"act": {}', '"act": {"sub": 1, "sub": 2}')
    assert refusal(forge(said=body.encode())) == "repeated_member"


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
