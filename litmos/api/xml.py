"""XML from the network, distrusted: no document type, so no entities; nothing deep. And XML written by an encoder."""

from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, XMLParser, tostring

from typing_extensions import override

__all__ = ["local_name", "read", "write_ids"]

DEEPEST = 64  # Litmos nests five levels


class _Strict(TreeBuilder):
    """A tree builder that refuses what no answer of Litmos holds."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        # Called before any entity is read, so neither bombs nor external files get that far.
        raise ValueError("a document type is declared")

    @override
    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST}")
        return super().start(tag, attrs)

    @override
    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read(body: bytes) -> Element:
    """The root element; `ValueError` for anything that is not plain, well-formed XML."""
    parser = XMLParser(target=_Strict())
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, LookupError) as broken:  # LookupError: an encoding nobody knows
        raise ValueError("not well-formed XML") from broken
    if not isinstance(root, Element):
        raise ValueError("no XML element")  # noqa: TRY004 - the one error of a document that cannot be read
    return root


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def write_ids(root: str, item: str, ids: tuple[str, ...]) -> bytes:
    """`<root><item><Id>…</Id></item>…</root>` in UTF-8."""
    document = Element(root)
    for value in ids:
        SubElement(SubElement(document, item), "Id").text = value
    encoded: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return encoded
