"""How a mapping is loaded: read, checked against both schemas, and compiled."""

from __future__ import annotations

import errno
import hashlib
import os.path
import re
from collections.abc import Collection
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import ConfigurationError, Problem, did_you_mean
from sync.mapping.compiler import compile_rules
from sync.mapping.convert import Converter
from sync.mapping.language.checks import asked_systems
from sync.mapping.language.head import not_built
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.parser import read
from sync.mapping.language.tree import MappingTree, SchemaRef
from sync.mapping.lists import RecordPath
from sync.mapping.loaded import Mapping, Runner
from sync.mapping.reading import MAP_FILE
from sync.mapping.resolve import Resolver
from sync.mapping.schema import Element, Schema
from sync.mapping.stylesheet import STYLESHEET, HandWritten, check_stylesheet
from sync.mapping.subject import Subject, compile_subject
from sync.mapping.xpath import Namespaces
from sync.model import PdfNeed

_FIELDS = "fields.csv"  #: a later version lays it over a schema that says nothing
SHARED_SCHEMAS = "schemas"  #: the folder beside the mappings that holds what several of them use

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(kw_only=True)
class Loader:
    """Loads mappings; a schema that several of them use is read once."""

    root: Path
    links: Named[str, str]
    systems: Collection[str] = ()  #: none: they are not known
    schemas: dict[Path, Schema] = field(default_factory=dict)

    def load(self, folder: Path) -> Mapping:
        """Load one mapping; raises ConfigurationError with all that is wrong."""
        text = _text(folder / MAP_FILE)
        mistakes = Mistakes(str(folder / MAP_FILE), text)
        tree = read(text, mistakes)
        parts = self._compile(tree, folder, mistakes) if tree else None
        mistakes.raise_any()
        assert tree is not None
        assert parts is not None
        return Mapping(
            name=tree.name,
            digest=_digest(text, folder, parts.source, parts.target),
            folder=folder,
            source=parts.source,
            root=parts.root.tag,
            target=parts.target,
            pdf=tree.pdf.need if tree.pdf else PdfNeed.NONE,
            link=tree.link.name if tree.link else "",
            link_template=self.links.get(tree.link.name, "") if tree.link else "",
            kind=parts.subject.kind,
            subject=parts.subject,
            runner=parts.runner,
            skip=tree.skip,
            records=parts.records,
        )

    def _compile(self, tree: MappingTree, folder: Path, mistakes: Mistakes) -> _Parts | None:
        """Compile what is right of a mapping, so that all mistakes come out together; None where a schema fails."""
        self._check_head(tree, folder, mistakes)
        source, root = self._rooted(tree.source, folder, mistakes)
        target, target_root = self._rooted(tree.target, folder, mistakes)
        if source is None or root is None:
            return None
        head = _resolver(root, source, mistakes, converting=False)
        record = head.record = head.split(tree.split) if tree.split else None
        if tree.split and not record:
            return None
        subject, records = compile_subject(tree, head, source), record.origin if record else ()
        if tree.skip is not None:
            return _Parts(source=source, root=root, subject=subject, records=records)
        if target is None or target_root is None:
            return None
        rules = _resolver(root, source, mistakes, converting=True)
        rules.record = record
        runner = _runner(tree, folder, subject, rules, source, target, target_root)
        return _Parts(source=source, root=root, target=target, subject=subject, runner=runner, records=records)

    def _check_head(self, tree: MappingTree, folder: Path, mistakes: Mistakes) -> None:
        if tree.name and tree.name != folder.name:
            what = f"the mapping is called {tree.name} and its folder {folder.name}"
            mistakes.add(tree.place, what, "rename one of them")
        if tree.skip is not None and (folder / STYLESHEET).exists():
            mistakes.add(tree.place, f"a mapping that skips converts nothing, and there is {STYLESHEET}", "remove it")
        if (folder / _FIELDS).exists():
            mistakes.add(tree.place, not_built(_FIELDS), f"remove {_FIELDS}")
        if tree.object is None and tree.skip is None and tree.complete:
            mistakes.add(tree.place, "the object block is missing", "add: object KIND, and below it: number <- path")
        if tree.link and tree.link.name not in self.links:
            meant = did_you_mean(tree.link.name, self.links) or f"add [link {tree.link.name}] to config.ini"
            mistakes.add(tree.link.place, f"config.ini has no link {tree.link.name}", meant)
        for name, place in asked_systems(tree.statements) if self.systems else ():
            if name not in self.systems:
                near = did_you_mean(name, self.systems) or "one of " + ", ".join(sorted(self.systems))
                mistakes.add(place, f"config.ini has no folder of a system {name}", near)

    def _rooted(
        self, reference: SchemaRef | None, folder: Path, mistakes: Mistakes
    ) -> tuple[Schema | None, Element | None]:
        """Give a schema and the root element in it; None for what is wrong."""
        if reference is None:
            return None, None
        if _ADDRESS.match(reference.file):
            what = f"{reference.file} is an address, and nothing is fetched"
            mistakes.add(reference.place, what, "put a copy beside the mapping and name it here")
            return None, None
        try:
            schema = self._schema(folder / reference.file, folder)
        except ConfigurationError as error:
            for problem in error.problems:
                what = f"{_shown(problem, folder)}: {problem.what}"
                mistakes.add(reference.place, what, problem.suggestion or _other_schema(reference.file, folder))
            return None, None
        return schema, _root(reference, schema, mistakes)

    def _schema(self, file: Path, folder: Path) -> Schema:
        shared = self.root / SHARED_SCHEMAS
        # What one mapping may read another may not, so only what lies in the shared folder is shared.
        if not file.resolve().is_relative_to(shared.resolve()):
            return _usable(Schema.load(file, [folder, shared]))
        if file.resolve() not in self.schemas:
            self.schemas[file.resolve()] = _usable(Schema.load(file, [shared]))
        return self.schemas[file.resolve()]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """What a mapping consists of."""

    source: Schema
    root: Element
    subject: Subject
    target: Schema | None = None
    runner: Runner | None = None
    records: RecordPath = ()


def _shown(problem: Problem, folder: Path) -> str:
    """Say where in a schema something is wrong, as seen from the mapping's folder."""
    place = (os.path.relpath(problem.file, folder), problem.line, problem.column)
    return ":".join(str(part) for part in place if part is not None)


def _other_schema(file: str, folder: Path) -> str:
    """Give the suggestion for a schema that is not there."""
    if (folder / file).exists():
        return ""
    return did_you_mean(file, [str(path.relative_to(folder)) for path in folder.glob("**/*.xsd")])


def _usable(schema: Schema) -> Schema:
    """Have a schema compiled, so that what is wrong with it comes out now and not with the first document."""
    assert schema.validator is not None
    return schema


def _text(file: Path) -> str:
    try:
        if file.exists() and not file.is_file():  # a pipe would never end
            raise OSError(errno.EINVAL, "it is no regular file")
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        what, before = f"not UTF-8: the byte {error.object[error.start]:02X}", error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        problem = Problem(file=str(file), line=line, column=column, what=what, suggestion="save it as UTF-8")
        raise ConfigurationError([problem]) from error
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        suggestion = "write it, or take its folder away" if isinstance(error, FileNotFoundError) else ""
        raise ConfigurationError([Problem(file=str(file), what=what, suggestion=suggestion)]) from error
    if found := _NOT_XML.search(text):
        line, what = (
            text.count("\n", 0, found.start()) + 1,
            f"the character U+{ord(found.group()):04X}, which XML lacks",
        )
        raise ConfigurationError([Problem(file=str(file), line=line, what=what, suggestion="remove it")])
    return text


def _root(reference: SchemaRef, schema: Schema, mistakes: Mistakes) -> Element | None:
    prefix, name = reference.prefix, reference.root
    if prefix and prefix not in schema.prefixes:
        near = did_you_mean(prefix, schema.prefixes) or f"it has {', '.join(schema.prefixes)}"
        mistakes.add(reference.place, f"{reference.file} declares no prefix {prefix}", near)
        return None
    try:
        return schema.root(name, schema.prefixes[prefix] if prefix else None)
    except KeyError:
        known = {uri: short for short, uri in schema.prefixes.items()}
        others = [f"{known[uri]}:{name}" if uri else name for uri in schema.namespaces_of(name)]
        meant = f"write {' or '.join(others)}" if others else did_you_mean(name, schema.roots)
        written = f"{prefix}:{name}" if prefix else name
        what = f"{reference.file} has no root element {written}"
        mistakes.add(reference.place, what, meant or "it has " + ", ".join(schema.roots))
        return None


def _resolver(root: Element, source: Schema, mistakes: Mistakes, *, converting: bool) -> Resolver:
    prefixes = source.prefixes
    namespaces = Namespaces(known=prefixes)
    return Resolver(root=root, prefixes=prefixes, mistakes=mistakes, converting=converting, namespaces=namespaces)


def _runner(
    tree: MappingTree,
    folder: Path,
    subject: Subject,
    resolver: Resolver,
    source: Schema,
    target: Schema,
    target_root: Element,
) -> Runner:
    file = folder / STYLESHEET
    if not file.exists():
        return Converter(compile_rules(tree, resolver, target_root, target.prefixes, subject.volatile), source, target)
    if tree.split:
        what = f"{STYLESHEET} converts whole documents, no records"
        resolver.mistakes.add(tree.split.place, what, "write rules, or remove split")
    if tree.statements:
        what = f"there are rules and {STYLESHEET}: one of them converts"
        resolver.mistakes.add(tree.statements[0].place, what, "remove the rules or the stylesheet")
    try:
        check_stylesheet(file)
    except ConfigurationError as error:
        resolver.mistakes.add_elsewhere(error.problems)
    return HandWritten(file, subject, target)


def _digest(text: str, folder: Path, source: Schema, target: Schema | None) -> str:
    whole = hashlib.sha256(text.encode())
    for schema in (source, target):
        whole.update((schema.digest if schema else "").encode() + b"\n")
    if (folder / STYLESHEET).exists():
        for file in sorted(folder.glob("**/*.xsl*")):  # it may include others
            whole.update(file.read_bytes())
    return whole.hexdigest()
