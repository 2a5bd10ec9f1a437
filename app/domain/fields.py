"""The kinds of field that people fill in: every bound of the contract is said here, once.

Text is trimmed, must not be empty, and may hold anything but control characters (PostgreSQL refuses
NUL, terminals obey the others); Polish narrative with quotes, semicolons and emoji passes.
"""

import re
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError
from sqlmodel import SQLModel
from stdnum.exceptions import ValidationError
from stdnum.pl import pesel

NO_CONTROL = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
ONE_LINE = r"^[^\u0000-\u001f\u007f]*$"
_NUMBER = re.compile(r"\s*[+-]?[0-9.]+\s*")


def _text(longest: int, pattern: str) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=1, max_length=longest, pattern=pattern
    )


def _only_text(value: Any) -> Any:
    """Keep pydantic from reading numbers, or text of a number, as dates (0 would be 1970)."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise PydanticCustomError("date_type", "A date or time is written as text")
    return value


def _on_the_wall(value: time) -> time:
    """Refuse a time with an offset: an hour of the procedure is one on the wall in Poland."""
    if value.tzinfo is not None:
        raise PydanticCustomError("time_type", "A time of day is written without an offset")
    return value


def _real_pesel(value: str) -> str:
    try:
        return str(pesel.validate(value))
    except ValidationError:
        raise PydanticCustomError(
            "pesel",
            "This is not a valid PESEL number",
            {
                "pl": "To nie jest prawidłowy numer PESEL.",
                "en": "This is not a valid PESEL number.",
            },
        ) from None


Name = Annotated[str, _text(100, ONE_LINE)]
Line = Annotated[str, _text(300, ONE_LINE)]
Paragraph = Annotated[str, _text(2_000, NO_CONTROL)]
Note = Annotated[str, _text(20_000, NO_CONTROL)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{2,40}$", min_length=2, max_length=40)]
Login = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9._@+-]{3,80}$", min_length=3, max_length=80)
]
Phone = Annotated[
    str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]{6,24}$", min_length=7, max_length=26)
]
Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^@\s\u0000-\u001f]{1,64}@[^@\s\u0000-\u001f]{1,180}$",
        max_length=254,
        min_length=3,
    ),
]
Postcode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{3}$", min_length=6, max_length=6)
]
Teryt = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$", min_length=7, max_length=7)]
Pesel = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{11}$", min_length=11, max_length=11),
    AfterValidator(_real_pesel),
]

Day = Annotated[date, BeforeValidator(_only_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_only_text)]
Clock = Annotated[time, BeforeValidator(_only_text), AfterValidator(_on_the_wall)]
YesNo = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Months = Annotated[int, Field(strict=True, ge=1, le=120)]
Days = Annotated[int, Field(strict=True, ge=1, le=3_650)]

MAX_ITEMS = 50


class Shape(SQLModel):
    """Base of what people send: unknown fields are refused (ASVS 15.3.3)."""

    model_config = {"extra": "forbid"}
