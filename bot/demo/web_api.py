"""Slack's Web API, as much as the app may call: strict about tokens, triggers, hashes, limits."""

import json
from collections.abc import Callable
from typing import Any, Literal

from bot.demo.limits import problems
from bot.demo.screen import Message, View
from bot.demo.slack import Call, File, LocalSlack, Refusal
from bot.demo.workspace import Workspace

__all__ = ["answer"]

Sent = dict[str, Any]
Answer = dict[str, Any]


class WebApi:
    """The methods, for the workspace whose token was sent; they raise Refusal for what Slack would refuse."""

    def __init__(self, slack: LocalSlack, place: Workspace, socket: Callable[[], str]) -> None:
        self._slack, self._place, self._socket = slack, place, socket

    def auth_test(self, _: Sent) -> Answer:
        place = self._place
        return {"team_id": place.id, "team": place.name, "user_id": "UBOT", "user": "litmos", "bot_id": "B1"}

    def connections_open(self, _: Sent) -> Answer:
        return {"url": self._socket()}

    def installed(self, sent: Sent) -> Answer:
        if (sent.get("client_id"), sent.get("client_secret")) != (self._slack.client_id, self._slack.client_secret):
            raise Refusal("bad_client_secret")
        place = self._slack.granted(str(sent.get("code", "")))
        return {
            "access_token": place.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(place.scopes)),
            "bot_user_id": "UBOT",
            "app_id": "A1",
            "team": {"id": place.id, "name": place.name},
            "authed_user": {"id": next(iter(place.users))},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def users_info(self, sent: Sent) -> Answer:
        place = self._place
        user = place.users.get(sent.get("user", ""))
        if user is None:
            raise Refusal("user_not_found")
        return {"user": user.record(place.id, with_email="users:read.email" in place.scopes)}

    def lookup_by_email(self, sent: Sent) -> Answer:
        place = self._place
        for user in place.users.values():
            full = not (user.deleted or user.is_stranger or user.is_restricted or user.is_ultra_restricted)
            if full and user.email and user.email.casefold() == str(sent.get("email", "")).casefold():
                return {"user": user.record(place.id, with_email=True)}
        raise Refusal("users_not_found")

    def groups(self, _: Sent) -> Answer:
        self._need_plan()
        groups = self._place.groups.values()
        return {"usergroups": [{"id": one.id, "handle": one.handle, "name": one.handle} for one in groups]}

    def group_users(self, sent: Sent) -> Answer:
        self._need_plan()
        group = self._place.groups.get(sent.get("usergroup", ""))
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
        if user not in self._place.users:
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

    def upload_address(self, sent: Sent) -> Answer:
        name, length = str(sent.get("filename", "")), str(sent.get("length", ""))
        if not name or not length.isdecimal() or int(length) == 0:
            raise Refusal("invalid_arguments")
        file = self._slack.id("F")
        self._slack.files[file] = File(name, int(length))
        return {"file_id": file, "upload_url": f"{self._slack.address}/upload/{file}"}

    def uploaded(self, sent: Sent) -> Answer:
        listed = sent.get("files")
        files = json.loads(listed) if isinstance(listed, str) else listed or []
        channel = self._channel({"channel": sent.get("channel_id", "")})
        if channel != sent.get("channel_id"):
            raise Refusal("channel_not_found")  # it takes a conversation, not a person
        for one in files:
            file = self._slack.files.get(one.get("id", ""))
            if file is None or file.content is None or file.channel:
                raise Refusal("file_not_found")
            file.title, file.channel = one.get("title", file.name), channel
            self._slack.messages.append(Message(self._slack.ts(), channel, f"{file.title} ({file.name})", []))
        return {"files": [{"id": one["id"], "title": one.get("title", "")} for one in files]}

    def _need_plan(self) -> None:
        if not self._place.paid:
            raise Refusal("plan_upgrade_required")

    def _channel(self, sent: Sent) -> str:
        name, place = str(sent.get("channel", "")), self._place
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
        error = "invalid_blocks" if surface == "message" else "invalid_arguments"
        found = problems(payload, surface)
        self._slack.violations += found
        if found:
            error = "view_too_large" if "view_too_large" in found else error
            raise Refusal(error, response_metadata={"messages": found})
        self._slack.need_newer(payload["blocks"], error)

    @staticmethod
    def _check_hash(view: View, sent: Sent) -> None:
        if sent.get("hash") and sent["hash"] != view.hash:
            raise Refusal("hash_conflict")

    def _shown(self, view: View) -> Answer:
        return {"view": view.delivered(self._place.id)}


METHODS: dict[str, tuple[str, Callable[[WebApi, Sent], Answer]]] = {
    "apps.connections.open": ("app", WebApi.connections_open),
    "auth.test": ("", WebApi.auth_test),
    "chat.delete": ("chat:write", WebApi.delete),
    "chat.postEphemeral": ("chat:write", WebApi.post_ephemeral),
    "chat.postMessage": ("chat:write", WebApi.post),
    "chat.update": ("chat:write", WebApi.update),
    "conversations.open": ("im:write", WebApi.open_conversation),
    "files.completeUploadExternal": ("files:write", WebApi.uploaded),
    "files.getUploadURLExternal": ("files:write", WebApi.upload_address),
    "oauth.v2.access": ("none", WebApi.installed),
    "usergroups.list": ("usergroups:read", WebApi.groups),
    "usergroups.users.list": ("usergroups:read", WebApi.group_users),
    "users.info": ("users:read", WebApi.users_info),
    "users.lookupByEmail": ("users:read.email", WebApi.lookup_by_email),
    "views.open": ("", WebApi.views_open),
    "views.publish": ("", WebApi.views_publish),
    "views.push": ("", WebApi.views_push),
    "views.update": ("", WebApi.views_update),
}
"""The scope that a method takes, and who answers it; "app" is the app-level token, "none" takes no token."""


def answer(slack: LocalSlack, method: str, token: str, sent: Sent, socket: Callable[[], str]) -> Answer:
    """What a method answers besides `ok`. Raises Refusal."""
    slack.calls.append(Call(method, sent))
    slack.touch()
    if method not in METHODS:
        raise Refusal("unknown_method")
    scope, function = METHODS[method]
    if not token and scope != "none":
        raise Refusal("not_authed")
    place = slack.workspace if scope in {"app", "none"} else slack.of_token(token)
    if scope == "app" and token != slack.app_token:
        raise Refusal("not_allowed_token_type")
    if scope not in {"", "app", "none"} and scope not in place.scopes:
        raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(place.scopes)))
    return function(WebApi(slack, place, socket), sent)
