"""The settings of one process: read once from the environment, frozen, passed on."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class WrongSetting(Exception):
    """A setting can't be used; the message says which one and what to do."""


class Settings(BaseSettings):
    """Everything that differs between a laptop, a test and a municipal server.

    Each field is read from the environment variable of the same name, with the prefix `ASYSTA_`
    (`DATABASE_URL` is read without the prefix as well, because hosting platforms set it).
    """

    model_config = SettingsConfigDict(env_prefix="ASYSTA_", frozen=True, extra="ignore")

    database_url: Annotated[
        str | None,
        Field(validation_alias="DATABASE_URL", description="PostgreSQL 18; none: the embedded one"),
    ] = None
    replica_url: str | None = Field(
        default=None, description="a streaming replica that may answer what no audit notes"
    )
    data_dir: Path = Field(default=Path(".data"), description="embedded server, keys")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    # One unless said: a container sees cores that are not its own, and each worker brings its
    # connections along.
    workers: int = Field(default=1, ge=1, le=64, description="processes that share the address")
    issuer: str = Field(default="https://asysta.example", description="iss of our tokens")
    audience: str = Field(default="asysta-api", description="aud of our tokens")
    signing_key: SecretStr | None = Field(
        default=None, description="PEM of EC P-256 keys, the first signs; none: made in data_dir"
    )
    oidc_file: Path | None = Field(
        default=None, description="TOML with the identity provider of each centre that has one"
    )
    master_key: SecretStr | None = Field(
        default=None, description="wraps the centres' keys: 32 bytes in base64; none: in data_dir"
    )
    master_key_before: SecretStr | None = Field(
        default=None, description="the former master key, while it is replaced"
    )
    access_minutes: int = Field(default=10, ge=1, le=10)
    refresh_idle_minutes: int = Field(default=30, ge=1, le=60)
    refresh_absolute_hours: int = Field(default=10, ge=1, le=12)
    kept_answer_hours: int = Field(
        default=24, ge=1, le=720, description="how long answers are kept for a repeat of the key"
    )
    kept_token_hours: int = Field(
        default=24, ge=1, le=720, description="how long ended sessions and tokens are kept"
    )
    read_connections: int = Field(default=8, ge=1, le=100)
    write_connections: int = Field(default=8, ge=1, le=100)
    statement_timeout_ms: int = Field(default=4000, ge=100)
    max_body_bytes: int = Field(default=262_144, ge=1024)
    webhook_hosts: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="host or host:port, by commas: where webhooks may go"),
    ] = ()
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("cors_origins", "trusted_proxies", "webhook_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(v.strip() for v in value.split(",")) if isinstance(value, str) else value

    @field_validator("database_url", "replica_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is None or value.startswith(("postgresql://", "postgres://")):
            return value
        raise ValueError("must start with postgresql:// (user, password, host or hosts, database)")


def read_settings() -> Settings:
    """Read the environment; a wrong value becomes one clear sentence per setting."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [_sentence(e["loc"], e["msg"]) for e in error.errors(include_input=False)]
        raise WrongSetting("\n".join(lines)) from None


def _sentence(loc: tuple[int | str, ...], message: str) -> str:
    name = str(loc[0]) if loc else "?"
    shown = name if name == "DATABASE_URL" else f"ASYSTA_{name.upper()}"
    said = message.removeprefix("Value error, ")
    return f"Setting {shown} can't be used: {said}."
