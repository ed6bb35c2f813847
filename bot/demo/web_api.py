"""Slack's Web API, as much as the app may call: strict about tokens, triggers, hashes, limits."""

from collections.abc import Callable
from typing import Any, Literal

from bot.demo.limits import problems
from bot.demo.screen import Message, View
from bot.demo.slack import Call, LocalSlack, Refusal

__all__ = ["WebApi"]

Sent = dict[str, Any]
Answer = dict[str, Any]


class WebApi:
    """Answers methods by name; raises Refusal for what Slack would refuse."""

    def __init__(self, slack: LocalSlack, socket: Callable[[], str]) -> None:
        self._slack, self._socket = slack, socket

    def answer(self, method: str, token: str, sent: Sent) -> Answer:
        """What is answered besides `ok`."""
        self._slack.calls.append(Call(method, sent))
        self._slack.touch()
        if method not in METHODS:
            raise Refusal("unknown_method")
        scope, function = METHODS[method]
        if not token:
            raise Refusal("not_authed")
        wanted = self._slack.app_token if scope == "app" else self._slack.workspace.bot_token
        if token != wanted:
            raise Refusal("invalid_auth" if scope != "app" else "not_allowed_token_type")
        if scope not in {"", "app"} and scope not in self._slack.workspace.scopes:
            granted = ",".join(sorted(self._slack.workspace.scopes))
            raise Refusal("missing_scope", needed=scope, provided=granted)
        return function(self, sent)

    def auth_test(self, _: Sent) -> Answer:
        place = self._slack.workspace
        return {"team_id": place.id, "team": place.name, "user_id": "UBOT", "user": "litmos", "bot_id": "B1"}

    def connections_open(self, _: Sent) -> Answer:
        return {"url": self._socket()}

    def users_info(self, sent: Sent) -> Answer:
        place = self._slack.workspace
        user = place.users.get(sent.get("user", ""))
        if user is None:
            raise Refusal("user_not_found")
        return {"user": user.record(place.id, with_email="users:read.email" in place.scopes)}

    def lookup_by_email(self, sent: Sent) -> Answer:
        place = self._slack.workspace
        for user in place.users.values():
            full = not (user.deleted or user.is_stranger or user.is_restricted or user.is_ultra_restricted)
            if full and user.email and user.email.casefold() == str(sent.get("email", "")).casefold():
                return {"user": user.record(place.id, with_email=True)}
        raise Refusal("users_not_found")

    def groups(self, _: Sent) -> Answer:
        self._need_plan()
        groups = self._slack.workspace.groups.values()
        return {"usergroups": [{"id": one.id, "handle": one.handle, "name": one.handle} for one in groups]}

    def group_users(self, sent: Sent) -> Answer:
        self._need_plan()
        group = self._slack.workspace.groups.get(sent.get("usergroup", ""))
        if group is None:
            raise Refusal("no_such_subteam")
        return {"users": list(group.members)}

    def views_open(self, sent: Sent) -> Answer:
        view = self._view(sent, "modal")
        user = self._slack.spend(str(sent.get("trigger_id", "")))
        return self._shown(self._slack.show(user, view))

    def views_push(self, sent: Sent) -> Answer:
        return self.views_open(sent)

    def views_update(self, sent: Sent) -> Answer:
        payload = self._view(sent, "modal")
        view = self._slack.view(str(sent.get("view_id", "")))
        self._check_hash(view, sent)
        view.become(payload, self._slack.id("h"))
        self._slack.touch()
        return self._shown(view)

    def views_publish(self, sent: Sent) -> Answer:
        payload = self._view(sent, "home")
        user = str(sent.get("user_id", ""))
        if user not in self._slack.workspace.users:
            raise Refusal("not_found")
        if (home := self._slack.screen(user).home) is not None:
            self._check_hash(home, sent)
        return self._shown(self._slack.publish(user, payload))

    def post(self, sent: Sent) -> Answer:
        self._checked(sent, "message")
        message = Message(self._slack.ts(), self._channel(sent), sent.get("text", ""), sent.get("blocks", []))
        self._slack.messages.append(message)
        return {"channel": message.channel, "ts": message.ts, "message": {"text": message.text}}

    def post_ephemeral(self, sent: Sent) -> Answer:
        answer = self.post(sent)
        self._slack.messages[-1].only_for = str(sent.get("user", ""))
        return {"message_ts": answer["ts"]}

    def update(self, sent: Sent) -> Answer:
        self._checked(sent, "message")
        message = self._message(sent)
        message.text, message.blocks = sent.get("text", ""), sent.get("blocks", [])
        self._slack.touch()
        return {"channel": message.channel, "ts": message.ts}

    def delete(self, sent: Sent) -> Answer:
        message = self._message(sent)
        self._slack.messages.remove(message)
        self._slack.touch()
        return {"channel": message.channel, "ts": message.ts}

    def open_conversation(self, sent: Sent) -> Answer:
        return {"channel": {"id": self._channel({"channel": sent.get("users", "")})}}

    def _need_plan(self) -> None:
        if not self._slack.workspace.paid:
            raise Refusal("plan_upgrade_required")

    def _channel(self, sent: Sent) -> str:
        name, place = str(sent.get("channel", "")), self._slack.workspace
        if name in place.users:
            return self._slack.direct(name)
        if name in place.channels or name.removeprefix("D") in place.users:
            return name
        raise Refusal("channel_not_found")

    def _message(self, sent: Sent) -> Message:
        channel = self._channel(sent)
        for message in self._slack.messages:
            if message.ts == sent.get("ts") and message.channel == channel and not message.user:
                return message
        raise Refusal("message_not_found")

    def _view(self, sent: Sent, kind: Literal["modal", "home"]) -> dict[str, Any]:
        view = sent.get("view")
        if not isinstance(view, dict) or view.get("type") != kind:
            raise Refusal("invalid_arguments", response_metadata={"messages": [f"view is no {kind}"]})
        self._checked(view, kind)
        return view

    def _checked(self, payload: Sent, surface: Literal["message", "modal", "home"]) -> None:
        if surface == "message" and not payload.get("blocks"):
            if not payload.get("text"):
                raise Refusal("no_text")
            return
        self._slack.need_tables(payload["blocks"])
        if found := problems(payload, surface):
            self._slack.violations += found
            error = "invalid_blocks" if surface == "message" else "invalid_arguments"
            raise Refusal(
                "view_too_large" if "view_too_large" in found else error, response_metadata={"messages": found}
            )

    @staticmethod
    def _check_hash(view: View, sent: Sent) -> None:
        if sent.get("hash") and sent["hash"] != view.hash:
            raise Refusal("hash_conflict")

    def _shown(self, view: View) -> Answer:
        return {"view": view.delivered(self._slack.workspace.id)}


METHODS: dict[str, tuple[str, Callable[[WebApi, Sent], Answer]]] = {
    "apps.connections.open": ("app", WebApi.connections_open),
    "auth.test": ("", WebApi.auth_test),
    "chat.delete": ("chat:write", WebApi.delete),
    "chat.postEphemeral": ("chat:write", WebApi.post_ephemeral),
    "chat.postMessage": ("chat:write", WebApi.post),
    "chat.update": ("chat:write", WebApi.update),
    "conversations.open": ("im:write", WebApi.open_conversation),
    "usergroups.list": ("usergroups:read", WebApi.groups),
    "usergroups.users.list": ("usergroups:read", WebApi.group_users),
    "users.info": ("users:read", WebApi.users_info),
    "users.lookupByEmail": ("users:read.email", WebApi.lookup_by_email),
    "views.open": ("", WebApi.views_open),
    "views.publish": ("", WebApi.views_publish),
    "views.push": ("", WebApi.views_push),
    "views.update": ("", WebApi.views_update),
}
"""The scope that a method takes, and who answers it; "app" is the app-level token."""
