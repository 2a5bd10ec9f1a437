"""The second peer's session and its user: one dependency each, as the tutorials have it."""

import json
import os
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from tests.bench.peers.tutorial_models import Account

JWK = json.loads(os.environ["BENCH_JWK"])
engine = create_async_engine(
    URL.create(
        "postgresql+asyncpg",
        os.environ["BENCH_USER"],
        os.environ["BENCH_PASSWORD"],
        database=os.environ["BENCH_DATABASE"],
        query={"host": os.environ["BENCH_HOST"], "port": "5432"},
    ),
    pool_size=8,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
bearer = HTTPBearer()


async def get_session() -> AsyncIterator[AsyncSession]:
    """Open a session."""
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


async def get_current_user(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)], session: Session
) -> Account:
    """Verify the token, load the account."""
    try:
        said = jwt.decode(
            credentials.credentials,
            JWK,
            algorithms=["ES256"],
            audience=os.environ["BENCH_AUDIENCE"],
            issuer=os.environ["BENCH_ISSUER"],
        )
    except JWTError:
        raise HTTPException(401) from None
    user = await session.get(Account, uuid.UUID(said["sub"]))
    if user is None or not user.active:
        raise HTTPException(401)
    return user


User = Annotated[Account, Depends(get_current_user)]


def require_role(role: str) -> Any:
    """Let in one role."""

    async def check(user: User) -> Account:
        if role not in user.roles:
            raise HTTPException(403)
        return user

    return Depends(check)
