"""What is said of a document that no mapping is for: its root, and what the mappings for this root looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.lists import Item
from sync.mapping.places import local_name, shortened
from sync.mapping.reading import text_of, trouble
from sync.mapping.subject import Looked, Subject

_ABSENT = "–"


def none_for_root(root: str, known: Iterable[str], file: str) -> Finding:
    """Say that there is no mapping for documents with this root; *known* are the roots that there are mappings for."""
    details = {"root": root}
    alike = [one for one in dict.fromkeys(known) if local_name(one) == local_name(root)]
    if alike:  # a namespace is what people do not see
        details |= {"namespace": _namespace(root), "expected": ", ".join(map(_namespace, alike))}
    return Finding(code=Code.MAPPING_NONE, file=file, details=details)


def _namespace(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else _ABSENT


def none_applies(
    tree: etree._ElementTree, subjects: Mapping[str, Subject], file: str, item: Item | None = None
) -> Finding:
    """Say that there are mappings for this root, or for such records, and that the condition of none of them holds."""
    seen: dict[str, tuple[Looked, list[Any]]] = {}
    for subject in subjects.values():
        for looked, nodes in subject.looked_at(tree, item):
            before = seen[looked.path][0].compared if looked.path in seen else ()
            seen[looked.path] = looked.compared_also(before), nodes
    values = "; ".join(_said(looked, nodes) for looked, nodes in seen.values())
    details = {"root": (item.node if item else tree.getroot()).tag, "names": ", ".join(subjects), "values": values}
    if len(seen) != 1:
        found = Finding(code=Code.MAPPING_NONE, file=file, details=details)
        return replace(found, path=item.path, line=item.node.sourceline) if item else found
    ((looked, nodes),) = seen.values()
    # All turns on one field, so it can be shown, with the values that there are mappings for.
    record = next(iter(subjects.values())).record(tree, file, item)
    only = nodes[0] if len(nodes) == 1 else None
    facts = {} if only is None else {"value": shortened(text_of(only, looked.leaf))}
    allowed = tuple(dict.fromkeys(looked.compared))
    trouble(Code.MAPPING_NONE, record, "", looked.leaf, record, node=only, allowed=allowed, details=details, **facts)
    return record.findings[0]


def _said(looked: Looked, nodes: list[Any]) -> str:
    texts = [f"'{shortened(text_of(node, looked.leaf))}'" for node in nodes]
    return f"{looked.path} = {', '.join(texts) or _ABSENT}"
