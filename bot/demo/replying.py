"""What a post to a response_url does: five in half an hour, each a message or another text of the one before."""

from typing import Any

from bot.demo.limits import problems
from bot.demo.screen import Message
from bot.demo.slack import LocalSlack, Refusal, ReplyAddress

__all__ = ["reply"]


def reply(slack: LocalSlack, name: str, body: dict[str, Any]) -> None:
    """Take a post to the response_url of that name. Raises Refusal."""
    address = _spent(slack, name)
    _check(slack, body)
    before = next((one for one in slack.messages if address.ts and one.ts == address.ts), None)
    if before and body.get("delete_original"):
        slack.messages.remove(before)
    elif before and body.get("replace_original"):
        before.text, before.blocks = body.get("text", ""), body.get("blocks", [])
    else:
        only_for = "" if body.get("response_type") == "in_channel" else address.user
        message = Message(slack.ts(), address.channel, body.get("text", ""), body.get("blocks", []), only_for)
        slack.messages.append(message)
        address.ts = address.ts or message.ts
    slack.touch()


def _spent(slack: LocalSlack, name: str) -> ReplyAddress:
    address = slack.replies.get(name)
    if address is None or slack.clock() > address.until:
        raise Refusal("expired_url")
    if address.left == 0:
        raise Refusal("used_url")
    address.left -= 1
    return address


def _check(slack: LocalSlack, body: dict[str, Any]) -> None:
    if not {"response_type", "replace_original"} <= body.keys() and not body.get("delete_original"):
        slack.violations.append("a reply says not both of response_type and replace_original: defaults differ")
    slack.need_newer(body.get("blocks") or [])
    if body.get("blocks"):
        found = problems(body, "message")
        slack.violations += found
        if found:
            raise Refusal("invalid_blocks")
