"""Text that holds a password and has to be text: whoever shows all variables of a crash must not show it."""

from typing_extensions import override

__all__ = ["Hidden"]


class Hidden(str):
    """A string like any other, but for its repr. What is made of it (slices, f-strings) is plain again."""

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return "'***'"
