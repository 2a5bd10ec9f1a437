"""The recipes of `openapi/README.md` run as they are written, in order, against a real server."""

import re

import pytest

from tests.factories.serving import blocks, run_script
from tests.factories.sources import ROOT

README = ROOT / "openapi" / "README.md"
_RECIPE = re.compile(r"^### (.+?)\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
UUID = r"[0-9a-f-]{36}"
DAY = r"\d{4}-\d\d-\d\d"

# What each recipe prints, line by line; every recipe is here, in the order of the document.
EXPECTED: dict[str, tuple[str, ...]] = {
    "Sign in, stay signed in": (r"Dorota Jasińska \['social_worker'\] 600",),
    "Read a list, page by page": (r"\[2, 1\] \['Rejon 3 – Nowe Miasto'\]",),
    "Create, and repeat without fear": ("201 true True", "409"),
    "Change what you have read": ("200 412 428", "True"),
    "Remove a value: merge patch and null": ("None 15-440", "#/town"),
    "Read a refusal": (
        r"422 \['#/last_name', '#/role', '#/shoe_size'\]",
        r"422 B1 Zgłoszenie nie może wpłynąć w przyszłości\.",
        r"422 B1 A signal can't be received in the future\.",
        rf"art\. 11 ust\. 1 .+ \{{'received_on': '2099-01-01', 'today': '{DAY}'\}}",
    ),
    "Ask what can be done": (
        "live rozpocznij wywiad",
        "live dopisz kolejne zgłoszenie",
        r"grey przekaż sprawę innemu pracownikowi socjalnemu: .+ \(.+\)",
        r"grey rozpocznij wywiad: .+ \(.*art\. .+\)",
        "live dopisz kolejne zgłoszenie",
        "live przekaż sprawę innemu pracownikowi socjalnemu",
    ),
    "Show a deadline that explains itself": (
        f"wywiad środowiskowy {DAY} upcoming",
        f"  since {DAY} signal_received working_days B2",
        r"  by § 3 ust\. 2 rozporządzenia .+ moved by 0 days",
    ),
    "Poll the worklist": (r"True 60 \[\]", r"\['rozpocznij wywiad'\]"),
    "Be told instead of asking": (
        r"asysta\.visit_recorded /api/v1/visits/7",
        "204 204",
    ),
    "Label everything in Polish": (
        "przyjęto zgłoszenie / instytucja",
        r"B2 Wywiad w terminie 14 dni roboczych .+ \| § 3 ust\. 2 rozporządzenia .+",
        r"nazwisko – Tekst jest za krótki .+",
        r"rola – Wartość spoza listy dozwolonych\.",
        r"\? – Nieznane pole\.",
    ),
    "Show warnings": (
        rf"201 /api/v1/interviews/{UUID}",
        r"B3 Wywiad w innym miejscu, .+ \| § 3 ust\. 1 rozporządzenia .+",
    ),
    "Give a command": (
        r"403 \{'allowed': \['social_worker'\]\}",
        "422 A8 .+",
        '200 "2" diagnosed',
    ),
    "Follow links": (
        rf"then POST /api/v1/interviews/{UUID}/completion \['social_worker'\]",
        rf"also GET /api/v1/interviews/{UUID} .+",
        rf"also PATCH /api/v1/interviews/{UUID} .+",
        rf"also POST /api/v1/interviews/{UUID}/updates .+",
    ),
}


def _recipes() -> dict[str, list[str]]:
    """Return the blocks of each recipe by its heading."""
    text = README.read_text(encoding="utf-8")
    return {heading: blocks(told) for heading, told in _RECIPE.findall(text)}


@pytest.fixture(scope="module")
def printed(server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Run every recipe after the other in one process; return the lines that each printed."""
    code = [f"print({f'### {h}'!r})\n{''.join(code)}" for h, code in _recipes().items()]
    said = run_script("\n".join(code), tmp_path_factory.mktemp("recipes"), server)
    parts = said.split("### ")[1:]
    return {part.partition("\n")[0]: part.splitlines()[1:] for part in parts}


@pytest.mark.parametrize("heading", EXPECTED)
def test_a_recipe_does_what_it_says(heading: str, printed: dict[str, list[str]]) -> None:
    lines, expected = printed[heading], EXPECTED[heading]
    assert len(lines) == len(expected), lines
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(pattern, line), line


def test_each_recipe_has_a_heading_a_paragraph_and_one_block() -> None:
    recipes = _recipes()
    assert list(recipes) == list(EXPECTED)
    assert {len(code) for code in recipes.values()} == {1}
    told = dict(_RECIPE.findall(README.read_text(encoding="utf-8")))
    for heading, text in told.items():
        assert len(text.partition("```")[0].split()) > 10, heading


def test_the_document_names_no_place_that_is_missing() -> None:
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (README.parent / target).exists(), target
