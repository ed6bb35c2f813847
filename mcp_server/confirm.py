"""How a change is asked: by elicitation where the client can, else by a proposal that its person approves elsewhere.

Resolvers, so that the same code asks on both protocol eras. There is no argument by which a model could approve.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import Context, Elicit, Resolve
from pydantic import BaseModel, Field

from mcp_server.app import App
from mcp_server.failures import told

if TYPE_CHECKING:
    from litmos.desk.plan import Plan
    from litmos.desk.requests import Change, Undo

__all__ = ["Granted", "Planned", "Propose", "Word", "Yes", "approval_of", "plan_it"]

MODERN = "2026-07-28"


@dataclass(frozen=True, slots=True)
class Planned:
    """What was asked for, and what it would change."""

    request: "Change | Undo"
    plan: "Plan"


class Yes(BaseModel):
    """The form of a plan that a yes is enough for."""

    confirm: bool = Field(title="Do it", description="Leave empty to change nothing")


class Word(BaseModel):
    """The form of a plan that takes a typed word."""

    word: str = Field(title="Type the word", description="The word in the question; anything else changes nothing")


@dataclass(frozen=True, slots=True)
class Granted:
    """Nobody has to be asked: there is nothing to do, or the client's own prompt is trusted. `by` is for the audit."""

    by: str


@dataclass(frozen=True, slots=True)
class Propose:
    """The person has to be asked outside the assistant."""


async def plan_it(ctx: Context[App], request: "Change | Undo") -> Planned:
    """The plan of a request.

    In the round that brings the answer it is the plan that was asked about: executing drafts it again, and compares.
    """
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        actor = await app.actor()
        asked = app.asked.get((actor.key, request)) if ctx.input_responses else None
        plan = asked or await (await app.desk()).plan(actor, request, waiting=tell.waiting)
        return Planned(request, app.asked.put((actor.key, request), plan))


def approval_of(planned: Callable[..., Awaitable[Planned]]) -> Any:
    """The resolver that asks about what another resolver planned."""

    async def approval(
        ctx: Context[App], planned: Annotated[Planned, Resolve(planned)]
    ) -> Elicit[Any] | Granted | Propose:
        plan, app = planned.plan, ctx.request_context.lifespan_context
        if not plan.changes:
            return Granted("nobody: nothing to change")
        if app.confirmation == "client" and not plan.needs_word:
            return Granted("client")
        if app.confirmation == "person" or not _can_ask(ctx):
            return Propose()
        question = app.naming.question(plan.question)
        await app.naming.keep()
        return Elicit(question, Word if plan.needs_word else Yes)

    return Resolve(approval)


def _can_ask(ctx: Context[App]) -> bool:
    """Whether the client has declared forms, and can be reached; `elicitation: {}` means forms."""
    can = ctx.client_capabilities.elicitation if ctx.client_capabilities else None
    if can is None or (can.form is None and can.url is not None):
        return False
    return (ctx.protocol_version or "") >= MODERN or ctx.session.can_send_request
