"""The white space that Python knows and XPath does not."""

from __future__ import annotations

SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_ODD = tuple(space.encode() for space in SPACES)
_FIRST, _SECOND, _THIRD, _FOURTH = {space[:1] for space in _ODD}


def has_odd_space(content: bytes) -> bool:
    """Tell whether a text in UTF-8 has white space that XPath does not know as such."""
    if not (_FIRST in content or _SECOND in content or _THIRD in content or _FOURTH in content):  # a loop takes longer
        return False
    return any(space in content for space in _ODD)
