"""Arguments that several tools take, with their bounds and what they mean."""

from typing import Annotated

from pydantic import Field

__all__ = ["Course", "Cursor", "Limit", "People", "Person", "Training"]

Name = Annotated[str, Field(min_length=1, max_length=255, coerce_numbers_to_str=True)]

Person = Annotated[
    str,
    Field(
        description="Id, user name, e-mail address or full name of exactly one person; `me` is the person you act for",
        min_length=1,
        max_length=255,
        coerce_numbers_to_str=True,
    ),
]
Course = Annotated[
    str,
    Field(
        description="Id, code or name of exactly one course", min_length=1, max_length=255, coerce_numbers_to_str=True
    ),
]
Limit = Annotated[int, Field(description="Most rows to return", ge=1, le=200)]
Cursor = Annotated[
    str,
    Field(
        description="`next_cursor` of the page before; empty for the first", max_length=20, coerce_numbers_to_str=True
    ),
]
People = Annotated[
    list[Name],
    Field(
        description="Ids, user names, e-mail addresses or full names, each of one person", min_length=1, max_length=1000
    ),
]
Training = Annotated[
    list[Name], Field(description="Ids, codes or names, each of one training", min_length=1, max_length=50)
]
