"""Which centre signs in by which identity provider: read once from a file, never from the API."""

import tomllib
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator

from app.settings import WrongSetting

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


Word = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]


class Provider(BaseModel):
    """An OpenID provider and our registration there; addresses are https, or of this machine.

    What the office demands of it: `acr`, one of these classes; `amr`, one of these methods;
    `max_age_minutes`, how long its last look at a person is good. Without `acr` and `amr` it counts
    as one factor, whatever it does.
    """

    model_config = {"extra": "forbid", "frozen": True}

    issuer: Annotated[str, Field(max_length=300)]
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    redirect_uri: Annotated[str, Field(max_length=300)]
    acr: Annotated[tuple[Word, ...], Field(max_length=10)] = ()
    amr: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    max_age_minutes: Annotated[int | None, Field(ge=1, le=1440)] = None

    @property
    def demands_factor(self) -> bool:
        """Tell whether who comes in by it has shown a second factor there."""
        return bool(self.acr or self.amr)

    @field_validator("issuer", "redirect_uri")
    @classmethod
    def _safe(cls, value: str) -> str:
        found = urlsplit(value)
        safe = found.scheme == "https" or (found.scheme == "http" and found.hostname in _LOOPBACK)
        if not safe or not found.hostname or found.query or found.fragment or found.username:
            raise ValueError("must be an https address without query")
        return value


def read_providers(file: Path | None) -> dict[str, Provider]:
    """Return the providers by the code of their centre; a wrong file stops the start."""
    if file is None:
        return {}
    try:
        if file.stat().st_mode & 0o077:
            raise WrongSetting(f"{file} holds secrets and can be read by others: chmod 600 it.")
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        return {code: Provider.model_validate(about) for code, about in said.items()}
    except OSError as error:
        message = f"Setting ASYSTA_OIDC_FILE can't be used: {file} ({error.strerror})."
        raise WrongSetting(message) from None
    except ValidationError as error:  # its text would quote the secret
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors(include_input=False))
        raise WrongSetting(f"Setting ASYSTA_OIDC_FILE can't be used: {file}: {places}.") from None
    except ValueError:
        raise WrongSetting(f"Setting ASYSTA_OIDC_FILE can't be used: {file} is no TOML.") from None
