"""Where a training is in Litmos' own web pages, for people who want to go on there."""

from dataclasses import dataclass

__all__ = ["Pages"]


@dataclass(frozen=True, slots=True)
class Pages:
    """`web`: the account's address for people, like https://example.litmos.com; empty where nobody has told it."""

    web: str = ""

    def course(self, number: str) -> str:
        """The address of a course; empty where it is not known. `number`: Litmos' OriginalId, not its Id."""
        return self._page("course", number)

    def learning_path(self, number: str) -> str:
        """The address of a learning path."""
        return self._page("LearningPath", number)

    def _page(self, kind: str, number: str) -> str:
        return f"{self.web}/{kind}/{number}" if self.web and number.isdecimal() else ""
