"""pairsync: carries XML-metadata-plus-PDF pairs between the systems of an engineering company."""

__version__ = "0.1.0"
