"""Slack's own assistant as somebody who signs: whether it was Slack, and who asked it. For the MCP server beside us."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_sdk.signature import SignatureVerifier

from bot.app import Bot
from bot.identity import Who
from litmos.desk.actor import Actor
from litmos.errors import NotAllowed

__all__ = ["Slackbot"]


@dataclass(frozen=True)
class Slackbot:
    """`url`: where it sends to, as SLACK_MCP_URL says it."""

    url: str
    verifier: SignatureVerifier
    bot: Bot

    def genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the signature is Slack's, over just these bytes, and not older than five minutes."""
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdecimal() and signature.isascii()):  # the verifier would fail on it
            return False
        try:
            body.decode()
        except UnicodeDecodeError:
            return False
        return self.verifier.is_valid(body, stamp, signature)

    async def actor(self, team: str, user: str) -> Actor:
        """By the same rules as for commands; a workspace that does not use this app has nobody here."""
        for installed, token in await self.bot.teams():
            if installed == team:
                return await self.bot.workspaces.at(team, token).presence.actor(Who(team, user))
        raise NotAllowed("Litmos is not installed in your workspace.")
