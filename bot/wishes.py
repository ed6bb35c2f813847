"""What somebody can say about the reminders they get: buttons, and the answer to each. Pure."""

from bot import blocks
from bot.replies import Reply

__all__ = ["ABOUT", "NOT_NOW", "ON", "PAUSE", "SHOW", "STOP", "wished"]

SHOW, NOT_NOW, STOP, ON = "nudge-show", "nudge-not-now", "nudge-stop", "nudge-on"
PAUSE = 14  # days of a "not now"
ABOUT = (
    "Somebody who leads you may ask me to remind you of training that is overdue: at most once a week, and never "
    "in the evening or at a weekend. `/litmos nudges off` stops that, `/litmos nudges on` allows it again."
)


def wished(*, on: bool, days: int | None = None) -> Reply:
    """What is so from now on, and the button that changes it back."""
    if on:
        return _reply("You get reminders again when training of yours is overdue.", blocks.button(STOP, "Stop them"))
    how_long = "any more" if days is None else f"for {days} days"
    text = f"You get no reminders {how_long}, whoever asks for them. Your training stays as it is."
    return _reply(text, blocks.button(ON, "Turn them on again"))


def _reply(text: str, button: blocks.Block) -> Reply:
    return Reply(text, (blocks.literal("wished", text), blocks.actions("wish", button)))
