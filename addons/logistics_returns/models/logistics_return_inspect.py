"""Inspecting: what was found is recorded once, and the goods go where they belong."""

from collections import defaultdict, namedtuple

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import plain, trusted

from ..return_bounds import ZERO

OPERATIONS_GROUP = "logistics_events.logistics_events_group_user"

# What a person found: where (a `Spot`), in which condition, how much (Decimal, in the
# unit of the line), and whether it was still expected and is missing.
Found = namedtuple("Found", "spot disposition quantity is_short", defaults=(False,))


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    # === ACTIONS === #

    def action_inspect(self):
        """Open the screen on which the goods of the return are inspected."""
        self.ensure_one()
        return self.env["logistics.return.inspection"]._window(self)

    def action_view_findings(self):
        """Open what was found so far, with the photos and the undo of each."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "logistics_returns.logistics_return_finding_action"
        )
        return action | {"domain": [("return_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _check_may_inspect(self):
        """Check who inspects goods.

        :raise AccessError: For anybody but operations.
        """
        if not self.env.su and not self.env.user.has_group(OPERATIONS_GROUP):
            raise AccessError(
                self.env._("Only logistics operations inspect returned goods.")
            )

    def _inspect(self, found, ref, note="", photos=None):
        """Record what was found and move the goods accordingly, all or nothing.

        :param list[Found] found: What was found.
        :param str ref: Names this inspection; said twice is refused by the database.
        :param str note: What else the inspector says.
        :param ir.attachment photos: Pictures of the goods, of this return.
        :return: The rows with which each can be undone.
        :rtype: logistics.return.finding
        :raise AccessError: For anybody but operations.
        :raise UserError: When nothing or more than what waits was found, or when the
            goods cannot be moved.
        """
        self.ensure_one()
        self._check_may_inspect()
        self.check_access("read")
        one = self.sudo().with_company(self.company_id)
        one._lock()
        one._check_found(found)
        now = fields.Datetime.now()
        findings = trusted(one.env["logistics.return.finding"]).create(
            [
                {
                    "ref": f"{ref}/{number}",
                    "return_id": one.id,
                    "line_id": item.spot.line.id,
                    "lot_id": item.spot.lot.id,
                    "location_id": item.spot.location.id,
                    "package_id": item.spot.package.id,
                    "owner_id": item.spot.owner.id,
                    "disposition": item.disposition,
                    "quantity": float(item.quantity),
                    "is_short": item.is_short,
                    "note": note or False,
                    "user_id": one.env.uid,
                    "at": now,
                    "photo_ids": [fields.Command.set(photos.ids if photos else [])],
                }
                for number, item in enumerate(found)
            ]
        )
        findings = plain(findings)
        findings._put_away()
        one._say_many(
            [
                (
                    one,
                    "inspected",
                    f"finding/{finding.id}",
                    {
                        "line": finding.line_id,
                        "quantity": finding.quantity,
                        "disposition": finding.disposition,
                        "lot": finding.lot_id,
                        "at": now,
                        "note": note,
                    },
                )
                for finding in findings
            ]
        )
        one.message_post(
            body=Markup("<br/>").join(
                [*(finding._said() for finding in findings), *([note] if note else [])]
            ),
            subtype_xmlid="mail.mt_note",
            attachment_ids=photos.ids if photos else [],
        )
        return findings

    def _check_found(self, found):
        """Check what a person says was found.

        :raise UserError: For nothing, parts of a piece, or more than what waits.
        """
        if not found:
            raise UserError(self.env._("Say first what was found."))
        position = self._position()
        here = self._goods_here(position)
        counted, short = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
        for item in found:
            self._check_piece(item)
            if item.is_short:
                short[item.spot.line] += item.quantity
            else:
                counted[item.spot] += item.quantity
        for spot, quantity in counted.items():
            if quantity > here.get(spot, ZERO):
                self._refuse_more(spot, quantity, here.get(spot, ZERO))
        for line, quantity in short.items():
            self._check_short(line, quantity, position, counted)

    def _check_piece(self, item):
        if item.quantity <= 0:
            raise UserError(self.env._("Quantities are counted from one on."))
        line, unit = item.spot.line, item.spot.line.product_id.uom_id
        if unit.is_zero(line._stock_quantity(item.quantity)):
            raise UserError(
                self.env._(
                    "%(product)s: %(quantity)s %(unit)s are less than one piece.",
                    product=line.product_id.display_name,
                    quantity=ledger.as_text(item.quantity),
                    unit=line.uom_id.name,
                )
            )

    def _refuse_more(self, spot, quantity, left):
        goods = spot.line.product_id.display_name
        if spot.lot:
            goods = f"{goods} ({spot.lot.name})"
        raise UserError(
            self.env._(
                "%(goods)s: %(quantity)s were counted, but %(left)s wait here for "
                "inspection. Somebody else may have inspected them meanwhile, or they "
                "are not received yet.",
                goods=goods,
                quantity=ledger.as_text(quantity),
                left=ledger.as_text(left),
            )
        )

    def _check_short(self, line, quantity, position, counted):
        known = position.lines.get(line.id)
        if not known:
            raise UserError(self.env._("These goods belong to another return."))
        done = sum(
            (found for spot, found in counted.items() if spot.line == line), ZERO
        )
        goods = line.product_id.display_name
        if known.waiting > done:
            raise UserError(
                self.env._(
                    "%s: inspect first what came of it, then say what never came.",
                    goods,
                )
            )
        if quantity > known.expected:
            raise UserError(
                self.env._(
                    "%(goods)s: %(quantity)s are said to be missing, but only %(left)s "
                    "were still to come.",
                    goods=goods,
                    quantity=ledger.as_text(quantity),
                    left=ledger.as_text(known.expected),
                )
            )
