"""A lazy model of an XSD: paths are resolved one by one, never enumerated.

Read from the raw schema trees with lxml (UBL's RequestForQuotation has 32,025 leaves at depth 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from threading import Lock

from lxml import etree

from sync.mapping.schema.compiling import compile_schema
from sync.mapping.schema.content import (
    Element,
)
from sync.mapping.schema.files import Kind, SchemaFiles
from sync.mapping.schema.identities import identity_names
from sync.mapping.schema.loading import read_schema
from sync.mapping.schema.nodes import has_defaults
from sync.mapping.schema.reading import Types


class Schema:
    """A schema with all that it includes and imports, read from local files only."""

    def __init__(self, file: Path, files: SchemaFiles) -> None:
        self.file = file
        self.digest = files.digest  #: sha256 over all its files
        self.lock = Lock()  #: hold it from validating until the validator's log is read: the log is the validator's own
        self._files = files
        self._types = Types(files)
        self._roots: dict[tuple[Kind, str, str], Element] = {}

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
        return any(map(has_defaults, self._files.documents))

    @cached_property
    def identity_names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Local names of elements and of attributes that may be xs:ID, xs:IDREF or xs:IDREFS: some may not."""
        return identity_names(self._files)

    @property
    def namespace(self) -> str:
        """Its target namespace, "" for none."""
        return self._files.documents[0].namespace

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of its namespaces, as its files have them, the first one first; made up where none has one."""
        found: dict[str, str] = {}
        for document in self._files.documents:
            for prefix, uri in document.root.nsmap.items():
                if prefix:
                    found.setdefault(prefix, uri)
        for namespace in (document.namespace for document in self._files.documents):
            if namespace and namespace not in found.values():
                made_up = chain(["n"], (f"n{number}" for number in count(2)))
                found[next(name for name in made_up if name not in found)] = namespace
        return found

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The names of its global elements, those of its own namespace only."""
        found = (name for kind, namespace, name in self._files.components if (kind, namespace) == self._of_elements)
        return tuple(found)

    def root(self, name: str, namespace: str | None = None) -> Element:
        """The global element *name*, of its own namespace where none is given; raises KeyError."""
        key = (Kind.ELEMENT, self.namespace if namespace is None else namespace, name)
        if key not in self._roots:
            self._roots[key] = Element(self._types, self._files.components[key])
        return self._roots[key]

    def namespaces_of(self, name: str) -> list[str]:
        """The namespaces that have a global element *name*."""
        return [one for kind, one, other in self._files.components if (kind, other) == (Kind.ELEMENT, name)]

    @property
    def _of_elements(self) -> tuple[Kind, str]:
        return Kind.ELEMENT, self.namespace
