"""What is refused where an identity provider speaks for somebody (OpenID Connect Core 1.0)."""

import hmac
from datetime import datetime, timedelta

from app.domain.errors import Conflict, Forbidden, NotFound, Refusal
from app.domain.factors.rules import S4

LASTS = timedelta(minutes=10)


class NoIdentityProvider(NotFound):
    """This centre signs in by password only: no identity provider is set up."""

    pl = "Ten ośrodek loguje się tylko hasłem: nie ma dostawcy tożsamości."


class FederatedSignInOver(Refusal):
    """This sign-in was not begun in this browser, or it took too long; begin again."""

    status = 401
    pl = "Logowania nie rozpoczęto w tej przeglądarce albo trwało za długo; zacznij od nowa."


class ProviderNotBelieved(Refusal):
    """The identity provider refused, or its answer can't be verified; begin again."""

    status = 401
    pl = (
        "Dostawca tożsamości odmówił albo jego odpowiedzi nie da się zweryfikować; zacznij od nowa."
    )


class IdentityNotLinked(Forbidden):
    """This identity is linked to no active account of the centre; ask its manager."""

    pl = "Ta tożsamość nie jest powiązana z czynnym kontem w ośrodku; poproś kierownika."


class FactorNotShown(Forbidden):
    """You have a second factor here, and your provider does not say that it asked for one.

    Sign in by password and code; the office may let its provider say it (`acr`, `amr`).
    """

    pl = (
        "Masz tu drugi składnik, a dostawca tożsamości nie mówi, że o jakiś zapytał; zaloguj się"
        " hasłem i kodem."
    )
    rule = S4


class IdentityLinkedAlready(Conflict):
    """This identity is linked to an account already, or the account to an identity there."""

    pl = "Ta tożsamość jest już powiązana z kontem albo konto z tożsamością tego dostawcy."


class UnlinkedAlready(Conflict):
    """This identity is unlinked already."""

    pl = "To powiązanie jest już usunięte."


CONSTRAINTS: dict[str, type[Refusal]] = {
    "linked_identity_once": IdentityLinkedAlready,
    "linked_account_once": IdentityLinkedAlready,
}


def require_pending(
    used_at: datetime | None, expires_at: datetime, browser: tuple[str, str], now: datetime
) -> None:
    """Refuse a sign-in that is used, over, or carried on by another browser than began it."""
    began, comes = browser
    if used_at is not None or expires_at <= now or not hmac.compare_digest(began, comes):
        raise FederatedSignInOver


def require_linked(removed_at: object) -> None:
    """Refuse to unlink what is unlinked."""
    if removed_at is not None:
        raise UnlinkedAlready
