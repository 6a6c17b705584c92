"""Values as XPath alone, without a call of Python: what most rules of most documents need.

A reader says what a value is, and what is wrong with it. Here frequent forms of readers are written as XPath that gives
the same text as long as some conditions hold, and a stylesheet is rewritten to ask these instead. Where a condition
does not hold, nothing is decided here: the transformation ends, and the stylesheet that asks the readers runs.

White space is what differs: XPath knows the four characters of XML, Python others besides. A value that has one of
these ends up in what is produced, where `has_odd_space` finds it.
"""

from sync.mapping.native.spaces import has_odd_space
from sync.mapping.native.stylesheet import rewrite
from sync.mapping.native.values import express

__all__ = ["express", "has_odd_space", "rewrite"]
