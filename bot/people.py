"""From the people that somebody named in Slack to people in Litmos. Everybody is judged, whoever named them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.identity import Presence, Who
from bot.parse import Group, Mention, Named, PersonRef
from litmos.errors import Invalid, LitmosError, NotFound

__all__ = ["People"]


@dataclass
class People:
    """Names people as the Desk takes them: by id, or as they were typed."""

    client: AsyncWebClient
    presence: Presence
    _names: dict[str, str] = field(default_factory=dict)

    async def named(self, people: Iterable[PersonRef]) -> tuple[str, ...]:
        """Each once; members of groups one by one. Raises for the first who cannot be named."""
        found: list[str] = []
        for one in people:
            match one:
                case Mention(user_id):
                    found.append(await self._mentioned(user_id))
                case Group(group_id):
                    found += [await self._mentioned(user) for user in await self._members(group_id)]
                case Named(text):
                    found.append(text)
        return tuple(dict.fromkeys(found))

    def readable(self, text: str) -> str:
        """A message of the Desk with the names of those whom Slack knows, in place of their ids."""
        for key, name in self._names.items():
            text = text.replace(f"the id, user name, e-mail address or full name {key!r}", f"the name {name}")
        return text

    async def _mentioned(self, user: str) -> str:
        try:
            actor = await self.presence.actor(Who(self.presence.team, user))
        except LitmosError as error:
            raise NotFound(f"<@{user}> cannot be named in Litmos: {error}") from None
        self._names[actor.key] = actor.name
        return actor.key

    async def _members(self, group: str) -> list[str]:
        try:
            answer = await self.client.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            raise Invalid(f"Slack does not say who is in that group ({error.response.get('error', '')}).") from None
        users: list[str] = answer["users"]
        if not users:
            raise Invalid("There is nobody in that group.")
        return users
