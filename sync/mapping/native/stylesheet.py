"""The stylesheet for documents in which nothing is wrong or odd: the other one, with XPath where a reader has it.

What a variable costs is half of such a stylesheet's time, so the variables that are left stand where they are used.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from lxml import etree

from sync.mapping.native.forms import DATES, EXSLT_DATES
from sync.mapping.native.values import LINE, NEEDED, UNFIT, VALUE, helper
from sync.mapping.reading import Native, Reader

_XSL = "http://www.w3.org/1999/XSL/Transform"
_VARIABLE, _IF, _VALUE_OF, _FOR_EACH = (f"{{{_XSL}}}{name}" for name in ("variable", "if", "value-of", "for-each"))
_CALLED = re.compile(r"p:value\(([0-9]+)")
_USED = re.compile(r"\$([\w-]+)")
_TOKENS = re.compile(r"""'[^']*'|"[^"]*"|\$(?P<name>[\w-]+)""")


def rewrite(stylesheet: str, readers: Mapping[int, Reader]) -> etree._Element:
    """Give the stylesheet with XPath where a reader has it; it calls `p:unfit()` where a condition does not hold."""
    root = etree.fromstring(_with_dates(stylesheet), etree.XMLParser(remove_blank_text=True))
    sound: dict[str, tuple[str, ...]] = {}
    users = _users(root)
    for variable in list(root.iter(_VARIABLE)):
        line = _line(variable.get("select", ""), readers)
        if line is None:
            continue
        reader, value = readers[line], f"${variable.get('name')}"
        if reader.operator in NEEDED:
            _do_not_ask(root, value)
        asking = None if reader.operator in NEEDED else _asking(variable, users)
        inner = None if asking is None else reader.native(True)
        if asking is not None and inner:
            _go_inside(variable, asking, inner)
        if native := inner or reader.native(False):
            sound[value] = _write(variable, native, line)
    _settle(root)
    for parent in {variable.getparent() for variable in root.iter(_VARIABLE)}:
        _assure(parent, sound)
    _put_in(root)
    return root


def _with_dates(stylesheet: str) -> str:
    """Make known what libxslt knows of dates."""
    declared = stylesheet.replace(" xmlns:p=", f' xmlns:{DATES}="{EXSLT_DATES}" xmlns:p=', 1)
    return declared.replace('exclude-result-prefixes="', f'exclude-result-prefixes="{DATES} ', 1)


def _asking(variable: etree._Element, users: Mapping[str, Sequence[etree._Element]]) -> etree._Element | None:
    """Give the instruction that asks whether a value is there, if all that is written of it is in there, alone."""
    value, parent = f"${variable.get('name')}", variable.getparent()
    asking, *inside = users[value[1:]] or [parent]
    if asking.tag != _IF or asking.get("test") != value or parent not in asking.iterancestors():
        return None
    if any(_is_instruction(one) for one in _between(parent, asking)):  # it is not always asked
        return None
    written = (one.get(name) for one in asking.iterdescendants(etree.Element) for name in ("select", "test"))
    return asking if [one for one in written if one is not None] == [value] * len(inside) else None


def _go_inside(variable: etree._Element, asking: etree._Element, native: Native) -> None:
    """Go to the node that a value is read from, where there is one; there nothing is asked of one that is absent."""
    going = etree.Element(_FOR_EACH, select=native.scope)
    asking.addprevious(going)
    going.append(variable)
    going.append(asking)
    if native.given:
        going[1:] = list(asking)


def _write(variable: etree._Element, native: Native, line: int) -> tuple[str, ...]:
    """Write a value's XPath into its variable, and the helpers before it; give its conditions."""
    name = variable.get("name")
    xpaths = [*native.helpers, native.xpath]
    names = [f"{name}-{number}" for number in range(len(native.helpers))] + [name]
    if native.helpers and native.xpath == helper(len(native.helpers) - 1):  # the value itself is the last of them
        xpaths.pop()
        names = [*names[:-2], name]

    def filled(xpath: str) -> str:
        for number, one in enumerate(names):
            xpath = xpath.replace(helper(number), f"${one}")
        return xpath.replace(VALUE, f"${name}").replace(LINE, str(line))

    for one, xpath in zip(names[:-1], xpaths[:-1], strict=True):
        variable.addprevious(etree.Element(_VARIABLE, name=one, select=filled(xpath)))
    variable.set("select", filled(xpaths[-1]))
    return tuple(map(filled, native.sound))


def _line(select: str, readers: Mapping[int, Reader]) -> int | None:
    """Give the line of the rule whose reader is called, and nothing else."""
    called = _CALLED.match(select)
    if called is None or int(called[1]) not in readers:
        return None
    line = int(called[1])
    whole = ", ".join([called[0], *(leaf.xpath for leaf in readers[line].leaves)])
    return line if select == f"{whole})" else None


def _do_not_ask(root: etree._Element, value: str) -> None:
    """Take away the condition that a value is there which is needed: without it nothing is produced."""
    for asking in list(root.iter(_IF)):
        if asking.get("test") == value:
            parent = asking.getparent()
            at = parent.index(asking)
            parent[at : at + 1] = list(asking)


def _assure(parent: etree._Element, sound: Mapping[str, Sequence[str]]) -> None:
    """Ask, behind the last variable of an element, whether all that is said of them holds."""
    variables = [one for one in parent.iterchildren(_VARIABLE) if f"${one.get('name')}" in sound]
    conditions = [condition for one in variables for condition in sound[f"${one.get('name')}"]]
    if conditions:
        asking = etree.Element(_IF, test=f"not({' and '.join(conditions)})")
        etree.SubElement(asking, _VALUE_OF, select=UNFIT)
        variables[-1].addnext(asking)


# --- where its variables stand ----------------------------------------------------------------------------------------


def _settle(root: etree._Element) -> None:
    """Move variables to where they are used, since libxslt goes through all that are known at a place to find one."""
    users = _users(root)
    for variable in reversed(_local(root)):  # those that others read come before them
        home = _home(variable, users[variable.get("name")])
        if home is not variable.getparent():
            home.insert(0, variable)


def _put_in(root: etree._Element) -> None:
    """Write the XPath of a variable that is used once where it is used."""
    users = _users(root)
    for variable in reversed(_local(root)):
        name, xpath = variable.get("name"), variable.get("select")
        if xpath is None or len(users[name]) != 1:
            continue
        user = users[name][0]
        attribute = next((one for one in ("select", "test") if name in _USED.findall(user.get(one, ""))), None)
        parent = variable.getparent()
        above = [user.getparent(), *_between(parent, user.getparent())]
        if attribute is None or any(_is_instruction(one) for one in above if one is not parent):
            continue  # it would not be evaluated always, or once for each
        written = _replaced(user.get(attribute), name, xpath)
        if written:
            user.set(attribute, written)
            parent.remove(variable)
            for other in set(_USED.findall(xpath)):
                users[other] = [user if one is variable else one for one in users[other]]


def _replaced(text: str, name: str, xpath: str) -> str:
    """Write an XPath for a variable that stands in another as an argument or alone; "" where it does not."""
    for found in _TOKENS.finditer(text):
        if found["name"] == name:
            before, after = text[: found.start()], text[found.end() :]
            # In a predicate, paths would begin somewhere else.
            alone = (
                "[" not in before and before.rstrip()[-1:] in ("", "(", ",") and after.lstrip()[:1] in ("", ")", ",")
            )
            return f"{before}{xpath}{after}" if alone else ""
    return ""


def _local(root: etree._Element) -> list[etree._Element]:
    return [variable for variable in root.iter(_VARIABLE) if variable.getparent() is not root]


def _users(root: etree._Element) -> defaultdict[str, list[etree._Element]]:
    """Give the elements that use a variable, by its name; one that uses it twice stands there twice."""
    users: defaultdict[str, list[etree._Element]] = defaultdict(list)
    for one in root.iter(etree.Element):
        for name in _USED.findall(" ".join(one.attrib.values())):
            users[name].append(one)
    return users


def _home(variable: etree._Element, users: Sequence[etree._Element]) -> etree._Element:
    """Give the innermost element around all users that stands whenever the variable does."""
    home = variable.getparent()
    for level in zip(*(_between(home, user) for user in users), strict=False):
        if any(one is not level[0] for one in level) or _is_instruction(level[0]):
            break
        home = level[0]
    return home


def _between(outer: etree._Element, inner: etree._Element) -> list[etree._Element]:
    """Give the elements between two, the outermost first; nothing where one is not in the other."""
    above = list(inner.iterancestors())
    return above[: above.index(outer)][::-1] if outer in above else []


def _is_instruction(element: etree._Element) -> bool:
    return bool(etree.QName(element).namespace == _XSL)
