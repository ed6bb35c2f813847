"""Forms of changes: what is still missing is picked and typed, and a name that could be several is chosen.

Their metadata holds what is asked for and nothing else. It is worth nothing: all of it is planned and asked for anew.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import blocks
from bot.parse import Command, Group, Mention, Named, PersonRef, Segment, Verb
from litmos.desk.requests import Assign, Change, Reset, Unassign
from litmos.errors import Ambiguous, Invalid

__all__ = ["CHOOSE", "FORM", "TRAINING", "Draft", "chooser", "chosen", "filled", "form", "missing"]

FORM = "form"
CHOOSE = "choose"
TRAINING = "training"  # the action whose letters are completed
PEOPLE, OTHERS, CODES, QUIET, CHOICE = "people", "others", "codes", "quiet", "choice"
METADATA = 3000  # characters that Slack keeps for a modal
MOST_PEOPLE, MOST_TRAINING = 100, 20

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A change as far as it is known: people and training as the Desk takes them."""

    verb: Verb
    people: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    quiet: bool = False

    @property
    def request(self) -> Change:
        match self.verb:
            case Verb.ASSIGN:
                return Assign(self.people, self.training, notify=not self.quiet)
            case Verb.UNASSIGN:
                return Unassign(self.people, self.training)
            case _:
                return Reset(self.people, self.training)

    def instead(self, typed: str, chosen: str) -> "Draft":
        """The same with an id in place of a name that could be several."""
        people = tuple(chosen if one == typed else one for one in self.people)
        training = tuple(chosen if one == typed else one for one in self.training)
        return replace(self, people=people, training=training)


def form(command: Command) -> View:
    """What is missing, with what was typed already filled in."""
    users = [one.user_id for one in command.people if isinstance(one, Mention)]
    named = ", ".join(one.text for one in command.people if isinstance(one, Named))
    groups = [one.group_id for one in command.people if isinstance(one, Group)]
    words = ", ".join(one.text for one in command.words)
    body = [
        blocks.input_block(
            PEOPLE, "People", blocks.users_input(PEOPLE, "Who is it for?", MOST_PEOPLE, users), optional=True
        ),
        blocks.input_block(
            OTHERS,
            "Others, by e-mail or name",
            blocks.text_input(OTHERS, "tom@example.com, Sam Lee", most=2000, given=named),
            optional=True,
            hint="Put commas between.",
        ),
        blocks.input_block(
            TRAINING,
            "Training",
            blocks.offered_input(TRAINING, "Type two letters of its name or code", MOST_TRAINING),
            optional=True,
        ),
        blocks.input_block(
            CODES,
            "Training, by code or name",
            blocks.text_input(CODES, "FIRE-01, First Aid", most=2000, given=words),
            optional=True,
        ),
    ]
    if groups:
        body.insert(
            1, blocks.context("groups", "and the members of " + ", ".join(f"<!subteam^{one}>" for one in groups))
        )
    if command.verb is Verb.ASSIGN:
        quiet = blocks.option("Quiet: Litmos sends no e-mails", QUIET)
        box = blocks.boxes_input(QUIET, [quiet], [quiet] if command.quiet else [])
        body.append(blocks.input_block(QUIET, "E-mails", box, optional=True))
    metadata = json.dumps({"verb": command.verb, "groups": groups})
    title = command.verb.capitalize()
    return blocks.modal(FORM, title, body, submit="Next", close="Cancel", metadata=metadata)


def filled(view: Mapping[str, Any]) -> Command:
    """The command that a submitted form stands for; without people or training where none were given."""
    known = json.loads(view["private_metadata"])
    state = {name: value for actions in view["state"]["values"].values() for name, value in actions.items()}
    people: list[PersonRef] = [Mention(user) for user in state[PEOPLE].get("selected_users") or ()]
    people += [Group(group) for group in known["groups"]]
    people += [Named(text) for text in _listed(state[OTHERS])]
    words = [Segment(one["value"], quoted=True) for one in state[TRAINING].get("selected_options") or ()]
    words += [Segment(text, quoted=True) for text in _listed(state[CODES])]
    quiet = bool(state.get(QUIET, {}).get("selected_options"))
    return Command(Verb(known["verb"]), tuple(people), tuple(words), quiet)


def missing(command: Command) -> dict[str, str]:
    """What a form still lacks, by block."""
    lacks = {} if command.people else {PEOPLE: "Pick somebody, or name them below."}
    return lacks | ({} if command.words else {TRAINING: "Pick some training, or name it below."})


def chooser(draft: Draft, several: Ambiguous) -> View:
    """Which one is meant. Raises Invalid where the request is too long to be kept in a modal."""
    known = {
        "verb": draft.verb,
        "people": draft.people,
        "training": draft.training,
        "quiet": draft.quiet,
        "typed": several.typed,
    }
    metadata = json.dumps(known)
    if len(metadata) > METADATA:
        raise Invalid(str(several))
    options = [blocks.option(label, chosen) for chosen, label in several.candidates.items()]
    field = blocks.input_block(CHOICE, f"Who or what is “{several.typed}”?", blocks.radio_input(CHOICE, options))
    return blocks.modal(CHOOSE, "Which one?", [field], submit="Next", close="Cancel", metadata=metadata)


def chosen(view: Mapping[str, Any]) -> Draft:
    """The draft with the choice in it."""
    known = json.loads(view["private_metadata"])
    option = view["state"]["values"][CHOICE][CHOICE]["selected_option"]
    draft = Draft(Verb(known["verb"]), tuple(known["people"]), tuple(known["training"]), known["quiet"])
    return draft.instead(known["typed"], option["value"])


def _listed(field: Mapping[str, Any]) -> list[str]:
    words = (" ".join(part.split()).strip('"“”„ ') for part in re.split(r"[,;\n]", field.get("value") or ""))
    return [one for one in words if one]
