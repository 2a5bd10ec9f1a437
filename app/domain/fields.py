"""The kinds of field that people fill in: every bound of the contract is said here, once.

Text is trimmed, must not be empty, and may hold anything but control characters (PostgreSQL refuses
NUL, terminals obey the others); Polish narrative with quotes, semicolons and emoji passes.
"""

import re
from datetime import date, time
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError
from sqlmodel import SQLModel
from stdnum.exceptions import ValidationError
from stdnum.pl import pesel

from app.db.types import SEALED

NO_CONTROL = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
ONE_LINE = r"^[^\u0000-\u001f\u007f]*$"
# Three centuries: PostgreSQL's driver takes the first and the last day of Python for ±infinity.
_DAY = r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_INSTANT = rf"{_DAY}[Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})"


# What people write is more than spaces: trimmed, it must not be empty.
_MORE = r"[^\s\u0000-\u001f\u007f\u0085]"
WRITTEN = f"{NO_CONTROL[:-1]}{_MORE}{NO_CONTROL[1:]}"
WRITTEN_LINE = f"{ONE_LINE[:-1]}{_MORE}{ONE_LINE[1:]}"


def _text(longest: int, pattern: str) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=1, max_length=longest, pattern=pattern
    )


def _written(pattern: str, kind: str) -> WrapValidator:
    """Take a date or time only as the contract writes it.

    Pydantic also reads numbers (0 would be 1970), a midnight as a day, and loose spellings.
    """
    form = re.compile(pattern)

    def read(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        found = handler(value)
        if isinstance(value, str) and not form.fullmatch(value):
            raise PydanticCustomError(kind, "A date or time is written as text of its one form")
        if isinstance(value, int | float):
            raise PydanticCustomError(kind, "A date or time is written as text")
        return found

    return WrapValidator(read)


def _real_pesel(value: str) -> str:
    try:
        return str(pesel.validate(value))
    except ValidationError:
        raise PydanticCustomError("pesel", "This is not a valid PESEL number") from None


Name = Annotated[str, _text(100, WRITTEN_LINE)]
Line = Annotated[str, _text(300, WRITTEN_LINE)]
# What people write about others is sealed: it lies encrypted in the database (app/db/vault).
Remark = Annotated[str, _text(300, WRITTEN_LINE), SEALED]
Paragraph = Annotated[str, _text(2_000, WRITTEN), SEALED]
Note = Annotated[str, _text(20_000, WRITTEN), SEALED]
Secret = Annotated[
    str, StringConstraints(pattern=r"^[A-Z2-7]{32}$", min_length=32, max_length=32), SEALED
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{2,40}$", min_length=2, max_length=40)]
Login = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9._@+-]{3,80}$", min_length=3, max_length=80)
]
# Names a family that a search has found (see app.handle in the database).
Handle = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64)]
Phone = Annotated[
    str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]{6,24}$", min_length=7, max_length=26)
]
Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^@\s\u0000-\u001f\u007f]{1,64}@[^@\s\u0000-\u001f\u007f]{1,180}$",
        max_length=254,
        min_length=3,
    ),
]
# At least 15 characters (ASVS 6.2.1), counted in one spelling of their letters.
NewPassword = Annotated[
    str,
    StringConstraints(min_length=15, max_length=200, pattern=ONE_LINE),
    BeforeValidator(lambda said: normalize("NFC", said) if isinstance(said, str) else said),
]
Postcode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{3}$", min_length=6, max_length=6)
]
Teryt = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$", min_length=7, max_length=7)]
Pesel = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{11}$", min_length=11, max_length=11),
    AfterValidator(_real_pesel),
    SEALED,
]

Day = Annotated[
    date,
    _written(_DAY, "date_type"),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DAY}$"}),
]
Instant = Annotated[AwareDatetime, _written(_INSTANT, "datetime_type")]
# An hour of the procedure is one on the wall in Poland; JSON Schema's `time` demands an offset.
Clock = Annotated[
    time,
    _written(_CLOCK, "time_type"),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_CLOCK}$", "minLength": 5, "maxLength": 8},
    ),
]
YesNo = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Months = Annotated[int, Field(strict=True, ge=1, le=120)]
Days = Annotated[int, Field(strict=True, ge=1, le=3_650)]

MAX_ITEMS = 50


class Shape(SQLModel):
    """Base of what people send: unknown fields are refused (ASVS 15.3.3)."""

    model_config = {"extra": "forbid"}
