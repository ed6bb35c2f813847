"""One assignment as one line: how pressing, what, how far, and where to go on."""

from bot import blocks
from litmos.desk.answers import TrainingRow
from litmos.desk.standing import Status, in_words

__all__ = ["bar_row", "marked", "plain_row"]

MARKS = {
    Status.OVERDUE: ":red_circle:",
    Status.EXPIRED: ":red_circle:",
    Status.IN_PROGRESS: ":large_yellow_circle:",
    Status.TO_DO: ":white_circle:",
    Status.ACCESS_ENDED: ":black_circle:",
    Status.CHANGED: ":large_green_circle:",
    Status.COMPLETED: ":large_green_circle:",
}


def bar_row(row: TrainingRow) -> str:
    """In mrkdwn, with a bar for what is begun."""
    bar = f"  {blocks.progress_bar(row.standing.percent)}" if 0 < row.standing.percent < 100 else ""  # noqa: PLR2004 - all
    return f"{MARKS[row.standing.status]} {marked(row)} {in_words(row.standing)}{bar}"


def marked(row: TrainingRow) -> str:
    """Its name in mrkdwn, which leads into Litmos where the way is known."""
    name = blocks.escape(row.name)
    return f"*<{row.link}|{name.replace('|', '/')}>*" if row.link else f"*{name}*"


def plain_row(row: TrainingRow) -> str:
    """As text."""
    return f"{row.name}: {in_words(row.standing)}"
