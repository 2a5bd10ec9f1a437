"""Linking identities to accounts, and signing in by one; nobody gets an account by it."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from app.domain.act import Act
from app.domain.attempts.service import take_turn_of_site
from app.domain.errors import NotFound
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.factors.service import is_enrolled
from app.domain.federation import queries, rules
from app.domain.federation.tables import FederatedSignIn, LinkedIdentity, LinkFields
from app.domain.identity.rules import Proof
from app.domain.identity.service import Lifetimes, SignedIn, open_session
from app.domain.identity.tables import Account


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that begins: what goes to the provider, and what stays in the browser."""

    state: str
    nonce: str
    challenge: str
    browser: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the provider's answer must hold, and what its token is asked for with."""

    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose identity a provider has shown us, and what it says of how it knows.

    `proven_at` is its last look at the person (None: it does not say), which is good until
    `good_until` where the office says so; `by_factor`: by a second factor, as the office demands.
    """

    issuer: str
    subject: str
    proven_at: datetime | None = None
    good_until: datetime | None = None
    by_factor: bool = False


async def begin(act: Act, centre: str, key: str) -> Begun:
    """Begin a sign-in by the provider (RFC 7636, RFC 9700), counted by the key of a site.

    There is no limit for all: whoever reached it would close the way for everybody else. The state
    begins with the centre's code, so that its rows can be entered when it comes back.
    """
    await take_turn_of_site(act, key)
    state = f"{centre}.{_random()}"
    nonce, verifier, browser = _random(), _random(), _random()
    act.add(
        FederatedSignIn(
            state_hash=_hashed(state),
            browser_hash=_hashed(browser),
            nonce=nonce,
            verifier=verifier,
            expires_at=act.now + rules.LASTS,
        )
    )
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return Begun(state, nonce, challenge, browser)


async def carry_on(act: Act, state: str, browser: str) -> Expected:
    """Use the state, once and for all, whatever becomes of the provider's answer afterwards."""
    waiting = await queries.lock_waiting(act, _hashed(state))
    if waiting is None:
        raise rules.FederatedSignInOver
    comes = (waiting.browser_hash, _hashed(browser))
    rules.require_pending(waiting.used_at, waiting.expires_at, comes, act.now)
    waiting.used_at = act.now
    return Expected(waiting.nonce, waiting.verifier)


async def sign_in(act: Act, shown: Shown, lives: Lifetimes, device: str | None) -> SignedIn:
    """Open a session for the person whose identity this is, as a password would.

    Who has a second factor here comes in by two, whatever the way: ours, or the provider's.
    """
    link = await queries.find_link(act, shown.issuer, shown.subject)
    account = await act.find(Account, link.account_id) if link else None
    if account is None or not account.active:
        raise rules.IdentityNotLinked
    if not shown.by_factor and await is_enrolled(act, account.id):
        raise rules.FactorNotShown
    proof = Proof(shown.proven_at, shown.good_until)
    return await open_session(act, account, lives, device, proof)


async def link(act: Act, account_id: UUID, said: LinkFields) -> LinkedIdentity:
    """Link an identity to an account; a person has one at each provider."""
    account = await act.find(Account, account_id)
    linked = LinkedIdentity(account_id=account.id, issuer=said.issuer, subject=said.subject)
    act.add(linked)
    tell(act, OfficeEventType.IDENTITY_LINKED, linked.id)
    return linked


async def unlink(act: Act, account_id: UUID, link_id: UUID, if_match: int) -> None:
    """Remove a link; open sessions are ended with the account, not with it."""
    linked = await act.lock(LinkedIdentity, link_id, if_match)
    if linked.account_id != account_id:
        raise NotFound
    rules.require_linked(linked.removed_at)
    linked.removed_at = act.now
    tell(act, OfficeEventType.IDENTITY_UNLINKED, linked.id)


def _random() -> str:
    return secrets.token_urlsafe(32)


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
