"""Somebody in the local Slack: types commands, presses, picks, fills in, submits, closes; and sees what comes of it."""

import asyncio
import re
from typing import Any

from bot.demo.delivery import Answer, Delivery, Door, Unreachable
from bot.demo.limits import problems
from bot.demo.screen import FIELDS, Message, View, chosen, elements_of, read
from bot.demo.slack import LocalSlack

__all__ = ["Cannot", "Person"]

PATIENCE = 3.0  # seconds that Slack waits for an app
APP = "A1"
DELIVERED = frozenset({"twice", "forged", "old", "junk"})
_AT = re.compile(r"(?<!\S)@([a-z0-9._-]+)")
_MAIL = re.compile(r"(?<!\S)[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Cannot(Exception):
    """Slack's own client would not let somebody do that."""


class Person:
    """One user of the workspace; `team` is their own, which for strangers is another."""

    def __init__(self, slack: LocalSlack, door: Door, user: str) -> None:
        self.slack, self.user, self._door = slack, user, door
        self._place = slack.place_of(user)
        known = self._place.users.get(user)
        self.team = (known.team if known else "") or self._place.id

    @property
    def modal(self) -> View:
        """The one on top. Raises Cannot if none is open."""
        view = self.slack.screen(self.user).modal
        if view is None:
            raise Cannot("no modal is open")
        return view

    @property
    def home(self) -> View:
        view = self.slack.screen(self.user).home
        if view is None:
            raise Cannot("the app has no home tab yet")
        return view

    @property
    def sees(self) -> str:
        """Everything to be read in the modal on top."""
        return read(self.modal.blocks)

    @property
    def direct(self) -> list[Message]:
        """What the app wrote to them, oldest first."""
        return self.messages(self.slack.direct(self.user))

    def messages(self, channel: str = "") -> list[Message]:
        """What they can read, oldest first."""
        return self.slack.seen_by(self.user, channel)

    async def types(self, text: str, channel: str = "C1") -> Message | None:
        """A slash command without its name; returns what the app answered at once, if it did."""
        body = {
            "token": "verification",
            "command": self.slack.command,
            "text": self._escaped(text),
            "team_id": self.team,
            "user_id": self.user,
            "user_name": self._place.users[self.user].name,
            "channel_id": channel,
            "api_app_id": APP,
            "trigger_id": self.slack.trigger(self.user),
            "response_url": self.slack.reply_address(channel, self.user),
        }
        answer = await self._deliver(Delivery("command", body), f"{self.slack.command} failed with the error")
        if answer is None or not answer.body.get("text"):
            return None
        only_for = "" if answer.body.get("response_type") == "in_channel" else self.user
        return self._received(channel, answer.body, only_for)

    async def opens_home(self, tab: str = "home") -> None:
        """The app's own tabs."""
        event = {"type": "app_home_opened", "user": self.user, "channel": self.slack.direct(self.user), "tab": tab}
        home = self.slack.screen(self.user).home
        await self._event(event | ({"view": home.delivered(self._place.id)} if home else {}))

    async def changes_profile(self, **fields: Any) -> None:
        """Another name, address or state."""
        user = self._place.change(self.user, **fields)
        await self._event({"type": "user_change", "user": user.record(self.team, with_email=True)})

    async def presses(self, action: str, where: View | Message, *, value: str = "") -> None:
        """A button, by its text or action_id, in a view or a message. Several of one name: by `value` too."""
        block, element = self._element(where.blocks, action, value)
        if element["type"] != "button":
            raise Cannot(f"{action!r} is no button")
        pressed = {"type": "button", "action_id": element["action_id"], "block_id": block["block_id"]}
        pressed |= {"text": element["text"], "value": element.get("value", ""), "action_ts": self.slack.ts()}
        await self._acted(pressed, where)

    async def picks(self, action: str, value: Any, where: View | Message) -> None:
        """In a select that is no input: a value, or an option."""
        block, element = self._element(where.blocks, action)
        picked = chosen(element, value)
        if isinstance(where, View):
            where.state.setdefault(block["block_id"], {})[element["action_id"]] = picked
        await self._acted(picked | {"action_id": element["action_id"], "block_id": block["block_id"]}, where)

    def fills(self, **values: Any) -> None:
        """Inputs of the modal on top, by action_id. Nothing is delivered before it is submitted."""
        view = self.modal
        for action, value in values.items():
            block, element = self._element(view.blocks, action)
            if element["type"] == "plain_text_input" and len(value or "") > element.get("max_length", 3000):
                raise Cannot(f"{action!r} takes {element['max_length']} letters at most")
            if FIELDS[element["type"]].endswith("s") and len(value) > element.get("max_selected_items", 100):
                raise Cannot(f"{action!r} takes {element['max_selected_items']} at most")
            view.state[block["block_id"]][element["action_id"]] = chosen(element, value)
        self.slack.touch()

    async def suggested(self, action: str, text: str) -> list[dict[str, Any]]:
        """What type-ahead offers for a few letters."""
        view = self.modal
        block, element = self._element(view.blocks, action)
        if len(text) < element.get("min_query_length", 3):
            return []
        payload = {
            "type": "block_suggestion",
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": text,
            "view": view.delivered(self._place.id),
        }
        answer = await self._deliver(self._interaction(payload), "Type-ahead failed:")
        options: list[dict[str, Any]] = answer.body.get("options", []) if answer else []
        if options:
            found = {"type": "static_select", "action_id": "x", "options": options}
            block = {"type": "actions", "block_id": "x", "elements": [found]}
            self.slack.violations += problems({"blocks": [block], "text": "x"}, "message")
        return options

    async def submits(self, view: View | None = None) -> None:
        """The modal on top, or one that was seen before (as a second click would)."""
        view = view or self.modal
        missing = [
            block["label"]["text"] for block, element in elements_of(view.blocks) if self._empty(view, block, element)
        ]
        if missing:
            raise Cannot(f"please complete these fields first: {', '.join(missing)}")
        if "submit" not in view.payload:
            raise Cannot("there is nothing to submit")
        payload: dict[str, Any] = {"type": "view_submission", "trigger_id": self.slack.trigger(self.user)}
        payload |= {"view": view.delivered(self._place.id), "response_urls": []}
        answer = await self._deliver(self._interaction(payload), "We had some trouble connecting:")
        if answer is not None:
            self._submitted(view, answer)

    async def closes(self) -> None:
        """The modal on top."""
        view = self.modal
        self._close(view)
        if view.payload.get("notify_on_close"):
            payload = {"type": "view_closed", "view": view.delivered(self._place.id), "is_cleared": False}
            await self._deliver(self._interaction(payload), "")

    def _close(self, view: View) -> None:
        modals = self.slack.screen(self.user).modals
        if view in modals:
            modals.remove(view)
        self.slack.touch()

    def _submitted(self, view: View, answer: Answer) -> None:
        match answer.body.get("response_action"):
            case None:
                self._close(view)
            case "clear":
                self.slack.screen(self.user).modals.clear()
            case "errors":
                self._flag(view, answer.body["errors"])
            case "update" | "push" as action:
                payload = answer.body["view"]
                self.slack.violations += problems(payload, "modal")
                if action == "update":
                    view.become(payload, self.slack.id("h"))
                else:
                    self.slack.show(self.user, payload)
            case other:
                self.slack.violations.append(f"there is no response_action {other!r}")
        self.slack.touch()

    def _flag(self, view: View, errors: dict[str, str]) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not set(errors) <= inputs:
            self.slack.violations.append("errors that name no input block")
        view.errors = errors

    @staticmethod
    def _empty(view: View, block: dict[str, Any], element: dict[str, Any]) -> bool:
        if block["type"] != "input" or block.get("optional"):
            return False
        return not view.state[block["block_id"]][element["action_id"]][FIELDS[element["type"]]]

    @staticmethod
    def _element(blocks: list[dict[str, Any]], action: str, value: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
        for block, element in elements_of(blocks):
            text = element.get("text", {}).get("text") if element["type"] == "button" else None
            if action in {element["action_id"], text} and value in {"", element.get("value", "")}:
                return block, element
        raise Cannot(f"there is no {action!r} to be seen")

    async def _acted(self, action: dict[str, Any], where: View | Message) -> None:
        payload: dict[str, Any] = {
            "type": "block_actions",
            "actions": [action],
            "trigger_id": self.slack.trigger(self.user),
        }
        if isinstance(where, View):
            payload |= {"view": where.delivered(self._place.id), "container": {"type": "view"}}
        else:
            payload |= {
                "container": {"type": "message", "message_ts": where.ts, "is_ephemeral": bool(where.only_for)},
                "channel": {"id": where.channel},
                "message": {"ts": where.ts, "text": where.text, "blocks": where.blocks},
                "response_url": self.slack.reply_address(where.channel, self.user, where.ts),
            }
        await self._deliver(self._interaction(payload), "That did not work:")

    def _interaction(self, payload: dict[str, Any]) -> Delivery:
        user = {"id": self.user, "name": self.user.lower(), "team_id": self.team}
        return Delivery(
            "interaction", {"user": user, "team": {"id": self._place.id}, "api_app_id": APP, "token": "v"} | payload
        )

    async def _event(self, event: dict[str, Any]) -> None:
        whole = {
            "type": "event_callback",
            "token": "verification",
            "team_id": self._place.id,
            "api_app_id": APP,
            "event": event | {"event_ts": self.slack.ts()},
            "event_id": self.slack.id("Ev"),
            "event_time": int(self.slack.clock()),
        }
        await self._deliver(Delivery("event", whole), "")

    async def _deliver(self, delivery: Delivery, trouble: str) -> Answer | None:
        """None where the app did not take it; what Slack says then is on the screen."""
        screen = self.slack.screen(self.user)
        screen.trouble = ""
        fault = self.slack.faults.take(delivery.kind, DELIVERED)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._door.deliver(delivery, fault)
                if fault and fault.kind == "twice":
                    await self._door.deliver(Delivery(delivery.kind, delivery.payload, retry=1))
        except TimeoutError:
            error = "operation_timeout"
        except Unreachable:
            error = "dispatch_failed"
        else:
            if answer.status == 200:  # noqa: PLR2004 - what every ack is
                return answer
            error = "dispatch_failed"
        screen.trouble = f'{trouble} "{error}"' if trouble else ""
        self.slack.touch()
        return None

    def _received(self, channel: str, body: dict[str, Any], only_for: str) -> Message:
        message = Message(self.slack.ts(), channel, body["text"], body.get("blocks", []), only_for)
        if message.blocks:
            self.slack.violations += problems({"blocks": message.blocks, "text": message.text}, "message")
        self.slack.messages.append(message)
        return message

    def _escaped(self, text: str) -> str:
        """As the manifest's should_escape has it: names become ids, addresses links, and markup is inert."""
        plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        named = self._place.named()
        told = _AT.sub(lambda at: named.get(at[1], at[0]), plain)
        return _MAIL.sub(lambda mail: f"<mailto:{mail[0]}|{mail[0]}>", told)
