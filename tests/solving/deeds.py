"""All the deeds, by cause and button."""

from . import freight, machinery, outside, partners  # noqa: F401 - they fill the table
from .general import GENERAL
from .table import DEEDS, LINK

__all__ = ["DEEDS", "GENERAL", "LINK"]
