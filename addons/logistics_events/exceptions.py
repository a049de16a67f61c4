"""Errors that say more than their text."""

from odoo.exceptions import UserError


class PeriodLocked(UserError):
    """A document cannot be posted on its date: the period is closed in the books."""
