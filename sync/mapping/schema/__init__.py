"""The model of an XSD: its elements, attributes, types and content models, resolved path by path."""

from sync.mapping.schema.content import Attribute, Element, Group, Model, Particle, Process, TypeName, Wildcard
from sync.mapping.schema.schema import Schema
from sync.mapping.schema.types import SimpleType

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
