"""All the deeds, by cause and button."""

# They fill the table.
from . import freight, machinery, outside, partners, returns  # noqa: F401
from .general import GENERAL
from .table import DEEDS, LINK

__all__ = ["DEEDS", "GENERAL", "LINK"]
