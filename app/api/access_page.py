"""The page of access: who may call what, of which rows and why, for a data-protection officer."""

from html import escape
from itertools import groupby

from app.api.contract.access import Access, FieldAccess, fields, matrix, scopes
from app.api.v1.reference import all_rules
from app.domain.actor import Role

_HEAD = """<!doctype html>
<html lang="pl">
<head>
<meta charset="utf-8">
<title>Asysta: kto co widzi</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body class="access">
<h1>Kto co widzi i może zrobić</h1>
<p>Pole puste: odmowa (403). Wiersz spoza zakresu nie istnieje (404), także dla tego, kto zna jego
identyfikator; dane innego ośrodka nie istnieją dla nikogo.</p>
"""
_FIELDS = """<p>Poza tym zakresem pole odpowiedzi jest puste, a pole żądania spotyka odmowa. Systemy
nie czytają żadnego z nich. Każde inne pole czyta ten, kto widzi wiersz, a pisze ten, kto może
wykonać operację.</p>
"""


def access_page() -> str:
    """Write the matrix as a page: the scopes, then a table for each group of operations."""
    tables = (_table(tag, list(found)) for tag, found in groupby(matrix().values(), _tag))
    return f"{_HEAD}{_scopes()}{_fields()}{''.join(tables)}{_reasons()}</body>\n</html>\n"


def _tag(access: Access) -> str:
    return access.tag


def _row(*cells: str, kind: str = "td") -> str:
    first, *others = cells
    return f"<tr><th>{first}</th>{''.join(f'<{kind}>{cell}</{kind}>' for cell in others)}</tr>\n"


def _scopes() -> str:
    said = (_row(s.name, escape(s.pl), escape(s.en)) for s in scopes().values())
    return f"<h2>Zakresy</h2>\n<table>\n{''.join(said)}</table>\n"


def _table(tag: str, found: list[Access]) -> str:
    labels = {role.value: role.pl for role in Role}
    head = _row("operacja", *map(escape, labels.values()), "podstawa", kind="th")
    rows = (_row(a.operation, *_cells(a, list(labels)), ", ".join(a.why)) for a in found)
    machines = f"<p>Systemy: {found[0].machines}</p>\n" if found[0].machines else ""
    return f"<h2>{escape(tag)}</h2>\n{machines}<table>\n{head}{''.join(rows)}</table>\n"


def _cells(access: Access, roles: list[str]) -> list[str]:
    if access.anyone:
        return ["bez logowania"] * len(roles)
    return _reached(access, roles)


def _reached(access: Access | FieldAccess, roles: list[str]) -> list[str]:
    return [", ".join(access.rows.get(role, ())) for role in roles]


def _fields() -> str:
    labels = {role.value: role.pl for role in Role}
    head = _row("pole", *map(escape, labels.values()), "zasada", "podstawa", kind="th")
    rows = (
        _row(f.name, *_reached(f, list(labels)), escape(f.pl), ", ".join(f.why))
        for f in fields().values()
    )
    return f"<h2>Pola</h2>\n{_FIELDS}<table>\n{head}{''.join(rows)}</table>\n"


def _reasons() -> str:
    used = {rule for access in matrix().values() for rule in access.why}
    used |= {rule for field in fields().values() for rule in field.why}
    said = (
        _row(rule.id, escape(rule.pl), escape(str(rule.basis)))
        for rule in all_rules()
        if rule.id in used
    )
    return f"<h2>Podstawy</h2>\n<table>\n{''.join(said)}</table>\n"
