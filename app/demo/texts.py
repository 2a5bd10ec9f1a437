"""What demo people write: plausible Polish notes about families that don't exist."""

SIGNALS = (
    (
        "Szkoła zgłasza, że dziecko od trzech tygodni nie przychodzi na lekcje; matka nie odbiera"
        " telefonów."
    ),
    "Sąsiadka słyszy wieczorami krzyki i płacz małego dziecka; prosi o zachowanie anonimowości.",
    "Matka sama zgłosiła się po pomoc: po rozstaniu z partnerem nie radzi sobie z trójką dzieci.",
    "Przychodnia informuje o opuszczonych szczepieniach i bilansie dwulatka.",
    "Dzielnicowy: interwencja domowa, rodzice pod wpływem alkoholu, dzieci zabrała babcia.",
    "Pedagog szkolny: dziecko przychodzi głodne, bez drugiego śniadania, w zbyt lekkim ubraniu.",
)
DIAGNOSES = (
    (
        "Rodzina niepełna. Matka przeciążona opieką, bez wsparcia bliskich; dochód z zasiłków."
        " Dzieci zadbane, silna więź z matką. Trudności: nieregularny rytm dnia, zaległości w"
        " opłatach za mieszkanie, brak konsekwencji wychowawczej."
    ),
    (
        "Ojciec stracił pracę w styczniu, od tego czasu narasta napięcie w domu; rodzice kłócą się"
        " przy dzieciach. Mieszkanie komunalne, wilgoć w pokoju dzieci. Rodzice chcą współpracować."
    ),
    (
        "Młodzi rodzice, pierwsze dziecko z niskim przyrostem masy ciała; brak wiedzy o żywieniu"
        " i pielęgnacji. Pomoc babci ze strony matki dwa razy w tygodniu."
    ),
    (
        "Matka w trakcie terapii uzależnienia (6. miesiąc abstynencji). Syn powtarza klasę. Rodzina"
        " korzysta z dożywiania; mieszkanie czyste, dzieci mają miejsce do nauki."
    ),
)
STRENGTHS = (
    "silna więź matki z dziećmi",
    "gotowość do zmiany",
    "wsparcie babci",
    "utrzymana abstynencja",
    "dobre relacje z sąsiadami",
    "regularne dochody ojca",
)
GOALS = (
    (
        "living",
        "Uregulowanie zaległości czynszowych",
        "Złożyć wniosek o dodatek mieszkaniowy",
        "Rodzina otrzymuje dodatek i spłaca zaległość w ratach",
    ),
    (
        "psychological",
        "Opanowanie złości bez krzyku",
        "Rozpocząć konsultacje z psychologiem w PPP",
        "Rodzice potrafią przerwać kłótnię, zanim słyszą ją dzieci",
    ),
    (
        "vocational",
        "Powrót ojca do pracy",
        "Rejestracja w urzędzie pracy i dwa podania miesięcznie",
        "Stałe zatrudnienie albo staż",
    ),
    (
        "social",
        "Regularna nauka dzieci",
        "Ustalić z wychowawcą kontakt raz w tygodniu",
        "Frekwencja powyżej 90 procent",
    ),
    (
        "health",
        "Zaległe badania dzieci",
        "Umówić bilans i szczepienia w przychodni",
        "Komplet szczepień zgodny z kalendarzem",
    ),
)
VISITS = (
    (
        "Rozmowa o rytmie dnia. Mama przygotowała tabelę obowiązków, dzieci ją pokolorowały."
        " Ustalono stałą porę kolacji i snu; młodszy syn zasypia jeszcze przy telewizorze."
    ),
    (
        "Wspólnie wypełniono wniosek o dodatek mieszkaniowy; brakuje zaświadczenia o dochodach –"
        " mama odbierze je do piątku."
    ),
    "Ćwiczono komunikat „ja”. Ojciec opowiedział o rozmowie kwalifikacyjnej; czeka na odpowiedź.",
    "Odwiedziny w przychodni razem z mamą i córką: bilans wykonany, skierowanie do logopedy.",
    "Rodzice pokłóceni, rozmowa osobno z każdym. Dzieci spokojne. Umówiono mediację w PPP.",
    "Przegląd wydatków: powstał zeszyt domowego budżetu. Rachunek za prąd zapłacony w terminie.",
)
RISKS = ("Sytuacja stabilna, plan dnia utrzymany.", "Pojawiły się zaległości, umówiono rozmowę.")
