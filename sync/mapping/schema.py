"""A lazy model of an XSD: paths are resolved one by one, never enumerated.

Read from the raw schema trees with lxml (UBL's RequestForQuotation has 32,025 leaves at depth 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

from lxml import etree

from sync.mapping.schema_compiling import compile_schema
from sync.mapping.schema_content import (
    Attribute,
    Element,
    Group,
    Model,
    Particle,
    Process,
    TypeName,
    Wildcard,
)
from sync.mapping.schema_files import Kind, SchemaFiles
from sync.mapping.schema_identities import identity_names
from sync.mapping.schema_loading import read_schema
from sync.mapping.schema_reading import Types
from sync.mapping.schema_types import SimpleType

__all__ = [
    "Attribute",
    "Element",
    "Group",
    "Model",
    "Particle",
    "Process",
    "Schema",
    "SimpleType",
    "TypeName",
    "Wildcard",
]


class Schema:
    """A schema with all that it includes and imports, read from local files only."""

    def __init__(self, file: Path, files: SchemaFiles) -> None:
        self.file = file
        self.digest = files.digest  #: sha256 over all its files
        self.lock = Lock()  #: hold it from validating until the validator's log is read: the log is the validator's own
        self._files = files
        self._types = Types(files)
        self._roots: dict[str, Element] = {}

    @classmethod
    def load(cls, file: Path, inside: Sequence[Path]) -> Schema:
        """Read *file* and what it includes; everything must lie below one of *inside*.

        Raises ConfigurationError with every problem: missing, not well-formed, an include that is outside or over
        the network, a construct that is not built yet (by name). What a type refers to is looked for when the type
        is; a reference to nothing raises ConfigurationError there, and from `validator`.
        """
        return cls(file, read_schema(file, inside))

    @cached_property
    def validator(self) -> etree.XMLSchema:
        """The compiled schema; raises ConfigurationError where libxml2 refuses it."""
        return compile_schema(self._files, fill_defaults=False)

    @cached_property
    def filling_validator(self) -> etree.XMLSchema:
        """The compiled schema that, while it validates, writes the schema's defaults into the tree."""
        return compile_schema(self._files, fill_defaults=True)

    @cached_property
    def has_defaults(self) -> bool:
        """Whether it says anything that could be written into a document that leaves it out."""
        return any(b"default=" in content or b"fixed=" in content for content in self._files.contents.values())

    @cached_property
    def identity_names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Local names of elements and of attributes that may be xs:ID, xs:IDREF or xs:IDREFS: some may not."""
        return identity_names(self._files)

    @property
    def namespace(self) -> str:
        """Its target namespace, "" for none."""
        return self._files.documents[0].namespace

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that its file declares, with their namespaces."""
        return {prefix: uri for prefix, uri in self._files.documents[0].root.nsmap.items() if prefix}

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The names of its global elements, those of its own namespace only."""
        found = (name for kind, namespace, name in self._files.components if (kind, namespace) == self._of_elements)
        return tuple(found)

    def root(self, name: str) -> Element:
        """The global element *name*; raises KeyError."""
        if name not in self._roots:
            self._roots[name] = Element(self._types, self._files.components[(*self._of_elements, name)])
        return self._roots[name]

    @property
    def _of_elements(self) -> tuple[Kind, str]:
        return Kind.ELEMENT, self.namespace
