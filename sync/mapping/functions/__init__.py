"""The functions after `=>`: dates, numbers, units and texts."""

from sync.mapping.functions.arguments import Misused, Tables
from sync.mapping.functions.functions import FUNCTIONS, NUMBER_OF, Conversion, Described, bind, missing
from sync.mapping.functions.unreadable import Unreadable

__all__ = ["FUNCTIONS", "NUMBER_OF", "Conversion", "Described", "Misused", "Tables", "Unreadable", "bind", "missing"]
