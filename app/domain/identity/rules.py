"""Signing in: what is refused, and how long a session lives (ASVS 5.0, chapter 7)."""

from datetime import datetime, timedelta

from app.domain.errors import Conflict, Refusal


class WrongCredentials(Refusal):
    """Centre, login and password don't fit together."""

    status = 401
    pl = "Ośrodek, login i hasło do siebie nie pasują."


class SessionOver(Refusal):
    """The session is over; sign in again."""

    status = 401
    pl = "Sesja się zakończyła; zaloguj się ponownie."


class LoginTaken(Conflict):
    """This login is taken in this centre."""

    pl = "Ten login jest już zajęty w tym ośrodku."


CONSTRAINTS = {"account_login_taken": LoginTaken}


def next_refresh_end(now: datetime, session_ends: datetime, idle_minutes: int) -> datetime:
    """Return until when a refresh token may be used: idle time, but never past the session."""
    return min(now + timedelta(minutes=idle_minutes), session_ends)


def require_unused(used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Refuse a refresh token that was used before or came too late."""
    if used_at is not None or expires_at <= now:
        raise SessionOver
