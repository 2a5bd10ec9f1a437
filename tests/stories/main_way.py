"""A family's road from signal to the end of monitoring; every other story leaves it somewhere."""

from app.api.contract.links import MAIN_WAY

STORIES: dict[str, tuple[str, ...]] = {
    "main_way": MAIN_WAY,
    "progress": (
        *MAIN_WAY[: MAIN_WAY.index("record_visit")],
        *("complete_plan_action", "review_goals"),
    ),
}


def through(last: str) -> tuple[str, ...]:
    """Return the main way up to an example, with it."""
    return MAIN_WAY[: MAIN_WAY.index(last) + 1]
