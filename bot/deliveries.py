"""What Slack may deliver, and who does something about it: acknowledged at once, done in a task."""

import re
import time
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot import forms, group, nudging, progress, views, wishes
from bot.commands import CHANGES
from bot.home import REFRESH
from bot.identity import Who
from bot.parse import UsageError, Verb, parse, usage
from bot.questions import ASK, Question
from bot.tasks import Tasks
from bot.workspace import Workspace
from litmos.desk.cache import Cache

__all__ = ["At", "take"]

At = Callable[[AsyncBoltContext], Workspace]
"""The workspace that a delivery belongs to."""


def take(app: AsyncApp, at: At, tasks: Tasks, name: str) -> None:
    """Everything that people type, press, fill in and open; `name`: of the command."""
    _take_commands(app, at, tasks, name)
    _take_views(app, at, tasks)
    _take_forms(app, at)
    _take_answers(app, at, tasks)
    _take_questions(app, at, tasks)
    _take_exports(app, at, tasks)
    nudging.take(app, at, tasks)
    _take_events(app, at, tasks)


def _take_commands(app: AsyncApp, at: At, tasks: Tasks, name: str) -> None:
    @app.command(name)
    async def typed(ack: Any, body: dict[str, Any], respond: Any, context: AsyncBoltContext) -> None:
        try:
            command = parse(body.get("text", ""))
        except UsageError as error:
            await ack(response_type="ephemeral", text=str(error).replace("/litmos", name))
            return
        if command.verb is Verb.HELP:
            await ack(response_type="ephemeral", text=usage(command=name))
            return
        await ack()
        who, place = Who.of(body), at(context)
        if command.verb is Verb.NUDGE:
            tasks.start(place.nudging.ask(who, command, body["trigger_id"]))
        elif command.verb in CHANGES:
            tasks.start(place.commands.change(who, command, body["trigger_id"]))
        else:
            tasks.start(place.commands.look(who, command, respond))


def _take_views(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.view(views.CONFIRM)
    async def agreed(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await at(context).changes.submitted(ack, body)

    @app.view_closed(views.CONFIRM)
    async def closed(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).changes.closed(body))

    @app.action(progress.STOP)
    async def stop(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).following.stop(body, action["value"]))

    @app.action(progress.REST)
    async def rest(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).following.rest(body, action["value"]))

    @app.action(views.UNDO)
    async def undo(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        receipt = int(action["value"])
        await ack()
        tasks.start(at(context).changes.undo(body, receipt))

    for place in range(2):

        @app.action(f"{views.PAGE}-{place}")
        async def turned(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
            await ack()
            tasks.start(at(context).changes.turned(body, action["value"]))


def _take_forms(app: AsyncApp, at: At) -> None:
    @app.view(forms.FORM)
    async def filled(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await at(context).changes.filled_in(ack, body)

    @app.view(forms.CHOOSE)
    async def chose(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await at(context).changes.chose(ack, body)

    @app.options(forms.TRAINING)
    async def letters(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack(options=await at(context).changes.offered(Who.of(body), body.get("value", "")))


def _take_questions(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.action(re.compile(f"{ASK}(-[0-9]+)?"))
    async def asked(
        ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any, context: AsyncBoltContext
    ) -> None:
        question = Question.of(action["value"])  # before the ack: nothing may be raised after it
        await ack()
        if "view" in body:
            tasks.start(at(context).commands.in_modal(body, question))
        else:
            tasks.start(at(context).commands.again(Who.of(body), question, respond))

    @app.action(re.compile(f"{wishes.SHOW}(-[0-9]+)?"))
    async def show(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).commands.in_modal(body, Question(Verb.MINE)))


def _take_exports(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.action(group.EXPORT)
    async def export(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).commands.export(body, action["value"]))


def _take_answers(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.action(views.APPROVE)
    async def approve(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).announcing.approve(body, action["value"]))

    @app.action(views.REJECT)
    async def reject(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).announcing.reject(body, action["value"]))


def _take_events(app: AsyncApp, at: At, tasks: Tasks) -> None:
    seen: Cache[str, str] = Cache(time.monotonic)  # Slack delivers again what it believes lost

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        name = body.get("event_id", "")
        again = seen.get(name)
        seen.put(name, "opened")
        if event.get("tab") == "home" and not again:
            tasks.start(at(context).home.publish(Who.of(body)))

    @app.event("user_change")
    async def changed(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        at(context).presence.forget(Who(body.get("team_id", ""), event["user"]["id"]))

    @app.action(REFRESH)
    async def refresh(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).home.publish(Who.of(body)))
