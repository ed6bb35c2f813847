"""The demo company: always the same people and training, with dates that lie around the moment it is made."""

from datetime import datetime

from litmos.demo.assigned import add_assignments
from litmos.demo.people import add_people
from litmos.demo.training import add_training
from litmos.demo.world import World


def demo_world(now: datetime) -> World:
    """A fresh world; `now` is aware, and is taken to the whole millisecond, as Litmos' dates are."""
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    world = World()
    add_people(world, now)
    add_training(world, now)
    add_assignments(world, now)
    return world
