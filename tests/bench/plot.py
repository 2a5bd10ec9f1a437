"""A picture of the table: each stack's share of the floor, on a logarithmic scale, as SVG."""

import math
from html import escape

from tests.bench.report import Line
from tests.bench.requests import TITLES
from tests.bench.servers import NAMES

COLOURS = {"ours": "#1d6f5c", "drf": "#c98a2b", "sqlmodel": "#8a5a9e"}
LEFT, WIDE, BAR, GAP, TOP = 190, 560, 13, 14, 46
LOWEST = 0.005


def svg(lines: list[Line]) -> str:
    """Draw bars from the floor's hundredth part to the whole of it."""
    parts: list[str] = []
    y = TOP
    for kind in dict.fromkeys(line.kind for line in lines):
        shown = [li for li in lines if li.kind == kind and li.of_floor]
        middle = y + BAR * len(shown) / 2 + 4
        parts.append(_text(LEFT - 10, middle, f"{kind} {TITLES[kind]}", anchor="end"))
        for line in shown:
            assert line.of_floor is not None
            parts += _bar(y, line.stack, line.of_floor.median)
            y += BAR
        y += GAP
    frame = [*_scale(y), *parts, *_legend()]
    size = f'width="{LEFT + WIDE + 70}" height="{y + 24}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
        '<rect width="100%" height="100%" fill="#ffffff"/>' + "".join(frame) + "</svg>\n"
    )


def _x(share: float) -> float:
    span = math.log10(1.25) - math.log10(LOWEST)
    return LEFT + WIDE * (math.log10(max(share, LOWEST)) - math.log10(LOWEST)) / span


def _bar(y: float, stack: str, share: float) -> list[str]:
    wide = _x(share) - LEFT
    box = f'x="{LEFT}" y="{y + 1}" width="{wide:.1f}" height="{BAR - 2}"'
    return [
        f'<rect {box} fill="{COLOURS[stack]}"/>',
        _text(LEFT + wide + 4, y + BAR - 3, f"{share:.2f}" if share >= 0.1 else f"{share:.3f}"),
    ]


def _scale(bottom: float) -> list[str]:
    found = []
    for share in (0.01, 0.03, 0.1, 0.3, 1.0):
        x = _x(share)
        line = (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{bottom - 6}" stroke="#d8d8d8"/>'
        )
        found += [line, _text(x, bottom + 10, f"{share:g}", anchor="middle")]
    return found


def _legend() -> list[str]:
    found, x = [_text(LEFT, 16, "Requests per second as a share of the floor (= 1)")], LEFT
    for stack, colour in COLOURS.items():
        found.append(f'<rect x="{x}" y="24" width="11" height="11" fill="{colour}"/>')
        found.append(_text(x + 16, 34, NAMES[stack]))
        x += 30 + 8 * len(NAMES[stack])
    return found


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#222">{escape(words)}</text>'
    )
