"""Who may work with families: qualifications, bans, checks, data authorisation."""

from app.domain.errors import Forbidden
from app.domain.law import FAMILY_SUPPORT, Rule

K3 = Rule(
    "K3",
    FAMILY_SUPPORT.art(7, 4),
    "Dane przetwarzają tylko osoby z pisemnym upoważnieniem administratora i pisemnym"
    " zobowiązaniem do zachowania tajemnicy.",
    "Only people with the controller's written authorisation and a written undertaking of secrecy"
    " may process data.",
)


class NoDataAuthorisation(Forbidden):
    """You hold no data-processing authorisation in force, or have not signed the undertaking."""

    pl = "Nie masz obowiązującego upoważnienia do przetwarzania danych lub zobowiązania."
    rule = K3
