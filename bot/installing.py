"""Several workspaces: each installs the app by OAuth, and its token is kept, encrypted, in the state database."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Dialect, MetaData, Table, Text, TypeDecorator, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from typing_extensions import override

from bot.manifest import SCOPES
from bot.settings import Installing
from litmos.errors import Misconfigured
from litmos.hidden import Hidden
from litmos.store.place import Place, place_of

__all__ = ["Installations", "installed_teams", "opened_installations"]

STATE_SECONDS = 600  # that somebody may take to agree on Slack's page
SECRET = {"bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url"}
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


class Encrypted(TypeDecorator[str]):
    """Text that is worth nothing to who reads the database without the key. The first key encrypts, all decrypt."""

    impl = Text  # type: ignore[mutable-override]  # as SQLAlchemy's documents have it
    cache_ok = True  # type: ignore[mutable-override]  # as above

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        self.keys = tuple(map(Hidden, keys))
        self._box = MultiFernet([Fernet(key) for key in keys])

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self._box.encrypt(value.encode()).decode()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        try:
            return None if value is None else Hidden(self._box.decrypt(value.encode()).decode())
        except InvalidToken:
            raise Misconfigured(
                "The tokens of installed workspaces cannot be read with SLACK_TOKEN_KEYS. Add the key they were "
                "written with, or have the workspaces install the app again."
            ) from None


class Installations(AsyncSQLAlchemyInstallationStore):
    """Slack's own store, with tokens encrypted, and what the bot asks of it."""

    def __init__(self, settings: Installing, engine: AsyncEngine) -> None:
        self._teams = settings.teams
        self._keys = tuple(Hidden(key.get_secret_value()) for key in settings.token_keys)
        super().__init__(settings.client_id, engine, logger=logging.getLogger("bot.installing"))
        for table in (self.bots, self.installations):
            _encrypt(table, self._keys)
        self.states = AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine)

    @override
    async def create_tables(self) -> None:
        """Those that are missing: Slack's library owns their shape."""
        await super().create_tables()  # type: ignore[no-untyped-call]  # the library has no types here
        metadata: MetaData = self.states.metadata
        async with self.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def is_made(self) -> bool:
        """Whether its tables are there: no bot has been, else."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(lambda conn: inspect(conn).has_table(self.bots.name))

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Where a delivery belongs, without asking Slack; None where the app is not installed or may not be used."""
        if team_id is None or team_id not in self._teams:
            return None
        bot = await self.async_find_bot(enterprise_id=enterprise_id, team_id=team_id)
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=bot.enterprise_id, team_id=team_id, bot_token=bot.bot_token, bot_user_id=bot.bot_user_id
        )

    async def teams(self) -> Sequence[tuple[str, str]]:
        """Every team that may use it, with the token it installed last."""
        query = select(self.bots.c.team_id, self.bots.c.bot_token).order_by(self.bots.c.installed_at, self.bots.c.id)
        async with self.engine.connect() as connection:
            rows = (await connection.execute(query.where(self.bots.c.client_id == self.client_id))).all()
        return list({row.team_id: row.bot_token for row in rows if row.team_id in self._teams}.items())

    async def remove(self, team: str) -> None:
        """The app was taken away there, or its tokens."""
        await self.async_delete_all(enterprise_id=None, team_id=team)

    def flow(self, client: AsyncWebClient, settings: Installing) -> AsyncOAuthFlow:
        """The pages of an installation: to Slack, and back with a code."""
        wanted = AsyncOAuthSettings(
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            scopes=SCOPES,
            redirect_uri=settings.redirect_url or None,
            installation_store=self,
            state_store=self.states,
            state_expiration_seconds=STATE_SECONDS,
        )
        quiet = logging.getLogger("bot.oauth")  # Slack's library would log the code of a failed installation
        quiet.setLevel(logging.ERROR)
        return AsyncOAuthFlow(client=client, settings=wanted, logger=quiet)


@asynccontextmanager
async def opened_installations(settings: Installing, state_url: str) -> AsyncIterator[Installations]:
    """The installations in the state database of that address."""
    async with _opened(settings, place_of(state_url)) as store:
        await store.create_tables()
        yield store


async def installed_teams(settings: Installing, state_url: str) -> Sequence[tuple[str, str]]:
    """As `Installations.teams`, for who only looks: nothing is made."""
    place = place_of(state_url)
    if place.file is not None and not place.file.exists():
        return []
    async with _opened(settings, place) as store:
        return await store.teams() if await store.is_made() else []


@asynccontextmanager
async def _opened(settings: Installing, place: Place) -> AsyncIterator[Installations]:
    # hide_parameters: an error's text goes to logs
    engine = create_async_engine(place.url.set(drivername=DRIVERS[place.url.get_backend_name()]), hide_parameters=True)
    try:
        yield Installations(settings, engine)
    finally:
        await engine.dispose()


def _encrypt(table: Table, keys: tuple[str, ...]) -> None:
    for column in table.columns:
        if column.name in SECRET:
            column.type = Encrypted(keys)
