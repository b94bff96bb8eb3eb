"""Search: from what somebody types to quotes."""

from archive.search.facets import Facet, Facets, facets
from archive.search.filters import Filters
from archive.search.quotes import Quote, search

__all__ = ["Facet", "Facets", "Filters", "Quote", "facets", "search"]
