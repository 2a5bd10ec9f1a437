"""Refusals of HTTP itself: no rule of the product stands behind them."""

from app.domain.errors import Refusal


class Unreadable(Refusal):
    """The request can't be read."""

    status = 400
    pl = "Żądania nie da się odczytać."


class MethodNotAllowed(Refusal):
    """This method is not available here."""

    status = 405
    pl = "Ta metoda nie jest tu dostępna."


class BodyTooLarge(Refusal):
    """The body is too large."""

    status = 413
    pl = "Treść żądania jest za duża."


class UnsupportedMediaType(Refusal):
    """Send the body as JSON."""

    status = 415
    pl = "Wyślij treść jako JSON."


class OurError(Refusal):
    """Our error; nothing was stored."""

    status = 500
    pl = "Błąd po naszej stronie; nic nie zapisano."


OF_STATUS: dict[int, type[Refusal]] = {
    kind.status: kind
    for kind in (Unreadable, MethodNotAllowed, BodyTooLarge, UnsupportedMediaType, OurError)
}


def http_refusal(status: int) -> Refusal:
    """Say what an HTTP status means; any other mistake of a client is an unreadable request."""
    return OF_STATUS.get(status, Unreadable)()
