"""What should be in Litmos after all that people were told: kept from outcomes alone, and compared at the end."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from litmos.demo.world import World

AT = datetime(2026, 1, 1, tzinfo=UTC)  # when something was assigned is not compared


class Told(NamedTuple):
    """A line of an outcome, as somebody read it; `person` and `training` are ids."""

    operation: str
    person: str
    training: str
    result: str


@dataclass
class Model:
    """A world of its own, changed by what is told. `unproven` may be either way, and is left out of the comparison."""

    world: World
    unproven: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, world: World) -> "Model":
        return cls(deepcopy(world))

    def hear(self, told: Told) -> None:
        """Make it so, unless nobody knows how it was before."""
        if told.result in {"done", "already so"} and (told.person, told.training) not in self.unproven:
            self._apply(told)
        elif told.result == "unproven":
            path = self.world.paths.get(told.training)
            self.unproven |= {(told.person, one) for one in (told.training, *(path.course_ids if path else ()))}

    def differences(self, real: World) -> list[str]:
        """Every person whose training is not as it was told, in ids and codes alone."""
        found: list[str] = []
        for person in real.people:
            told, is_so = self._standing(self.world, person), self._standing(real, person)
            unlike = [one for one in sorted(told.keys() | is_so.keys()) if told.get(one) != is_so.get(one)]
            found += [
                f"{person} {one}: {told.get(one)} by what was told, {is_so.get(one)} in Litmos"
                for one in unlike
                if (person, one) not in self.unproven
            ]
        return found

    def _apply(self, told: Told) -> None:
        world, person, training = self.world, told.person, told.training
        is_path = training in world.paths
        match told.operation:
            case "assign" if is_path:
                world.assign_new_paths(person, [training], AT)
            case "assign":
                world.assign_new_courses(person, [training], AT)
            case "unassign" if is_path and training in world.paths_of(person):
                world.remove_path(person, training)
            case "unassign" if training in world.courses_of(person):
                world.remove_course(person, training)
            case "reset" if training in world.courses_of(person):
                world.reset_course(person, training)
            case _:
                pass

    @staticmethod
    def _standing(world: World, person: str) -> dict[str, str]:
        courses = {
            course: f"{sum(one.completed is not None for one in result.modules.values())} modules done, "
            f"{'completed' if result.completed else 'open'}, with {len(result.via)} paths"
            for course, result in world.courses_of(person).items()
        }
        return courses | dict.fromkeys(world.paths_of(person), "assigned")
