"""The label on the screen of a delivery: bought, waited for, printed, put right."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .logistics_booking import BOOKER_GROUP

# More are left to the job; the screen only follows them.
MOST_AT_ONCE = 5


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_service = fields.Char(
        string="Chosen Service",
        help="The partner's code of the service that was chosen for this transfer. "
        "Empty for the one of the shipping method.",
    )
    logistics_label_state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("booked", "Booked"),
            ("failed", "Failed"),
            ("voiding", "Being Cancelled"),
        ],
        string="Label",
        compute="_compute_logistics_label",
        compute_sudo=True,
    )
    logistics_label_hint = fields.Char(
        string="Label Missing",
        compute="_compute_logistics_label",
        compute_sudo=True,
        help="Why there is no label, and what to do.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "carrier_tracking_ref")
    def _compute_logistics_label(self):
        found = self._logistics_bookings().grouped("picking_id")
        for picking in self:
            booking = found.get(picking, self.env["logistics.booking"])[:1]
            picking.logistics_label_state = booking.state
            picking.logistics_label_hint = booking._hint() if booking else False

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: a service is one of the carrier it was chosen with."""
        if "carrier_id" in vals and "logistics_service" not in vals:
            changed = self.filtered(
                lambda one: (
                    one.logistics_service and one.carrier_id.id != vals["carrier_id"]
                )
            )
            changed.logistics_service = False
        return super().write(vals)

    # === ACTIONS === #

    def button_validate(self):
        """Override: the goods are validated and committed, then the screen waits for
        the label; what is printed or opened by itself follows it.
        """
        result = super().button_validate()
        done = self.filtered(lambda one: one.state == "done")
        waiting = done._logistics_bookings().filtered(
            lambda one: one.state == "waiting"
        )
        if not waiting:
            return result
        following = result if isinstance(result, dict) else False
        return waiting.picking_id._logistics_label_action(following)

    def send_to_shipper(self):
        """Override of `stock_delivery`: what costs what is known when it is booked."""
        self.ensure_one()
        if self.delivery_type != "logistics_connection":
            return super().send_to_shipper()
        self.env["logistics.booking"]._ask(self)
        return self._logistics_label_action()

    def print_return_label(self):
        """Override of `stock_delivery`: the label is waited for, and shown."""
        result = super().print_return_label()
        if self.delivery_type != "logistics_connection":
            return result
        return self._logistics_label_action(is_return=True)

    def action_logistics_label_retry(self):
        """Try again to buy the label; one that was bought meanwhile is found."""
        self._check_books()
        wanted = self._logistics_bookings().filtered(
            lambda one: one.state in ("failed", "waiting")
        )
        wanted._try_again()
        return wanted.picking_id._logistics_label_action()

    def action_logistics_correct_address(self):
        """Open the address that the label could not be bought with."""
        self.ensure_one()
        self._check_books()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Address"),
            "res_model": "res.partner",
            "res_id": self._logistics_wrong_partner().id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_logistics_compare_services(self):
        """Compare what the connected carriers ask for this transfer."""
        self.ensure_one()
        self._check_books()
        if self._logistics_bookings().filtered("numbers"):
            raise UserError(
                self.env._("There is a label already. Cancel it before you choose.")
            )
        return self.env["logistics.service.compare"]._open_for(self)

    def action_logistics_print_label(self):
        """Show the label that was bought; nothing is bought by it."""
        self._check_books()
        return self._logistics_label_action()

    def action_logistics_book_labels(self):
        """Buy what is missing of several transfers, in the background."""
        self._check_books()
        missing = self.filtered(
            lambda one: (
                one.state == "done"
                and one.picking_type_code != "incoming"
                and one.delivery_type == "logistics_connection"
                and one.logistics_label_state not in ("booked", "voiding")
            )
        )
        if not missing:
            raise UserError(self.env._("No label of these transfers is missing."))
        self.env["logistics.booking"]._ask(missing)
        return missing._logistics_label_action()

    # === CALLED BY THE SCREEN === #

    def logistics_label_buy(self, is_return=False):
        """Buy the labels that wait, now; many are left to the job.

        What came of it is read by another call: this one still sees what was before.
        """
        self._check_books()
        waiting = self._logistics_bookings(is_return).filtered(
            lambda one: one.state == "waiting"
        )
        for booking in waiting[:MOST_AT_ONCE]:
            booking._take_its_turn()
        return True

    def logistics_label_status(self, is_return=False):
        """Return how far the labels are.

        :return: `total` and `waiting` (how many), `failed` (name and hint of each),
            `format` and `url` of all labels that are there, "" without any.
        :rtype: dict
        """
        self._check_books("read")
        bookings = self._logistics_bookings(is_return)
        latest = [
            found[:1]
            for found in bookings.grouped("picking_id").values()
            if found[:1].state != "voiding"
        ]
        labels = [
            label
            for booking in latest
            if booking.state == "booked"
            for label in booking.label_ids
        ]
        ids = ",".join(str(label.id) for label in labels)
        return {
            "total": len(latest),
            "waiting": len([one for one in latest if one.state == "waiting"]),
            "failed": [
                {"name": one.picking_id.name, "hint": one._hint()}
                for one in latest
                if one.state == "failed"
            ],
            "format": labels[0].name.rpartition(".")[2] if labels else "",
            "url": f"/logistics/labels/{ids}" if labels else "",
        }

    # === BUSINESS METHODS === #

    def _logistics_bookings(self, is_return=False):
        """Return what was booked and not cancelled, the latest first.

        :rtype: logistics.booking
        """
        return (
            self.env["logistics.booking"]
            .sudo()
            .search(
                [
                    ("picking_id", "in", self.ids),
                    ("is_return", "=", is_return),
                    ("state", "!=", "void"),
                ]
            )
        )

    def _check_books(self, operation="write"):
        """Let those through who send goods.

        :raise AccessError: For anybody else.
        """
        self.check_access(operation)
        user = self.env.user
        if not (
            self.env.su
            or user.has_group("stock.group_stock_user")
            or user.has_group(BOOKER_GROUP)
        ):
            raise AccessError(self.env._("Only those who send goods buy labels."))

    def _logistics_label_action(self, following=False, is_return=False):
        """Return the dialog that waits for the labels and shows them.

        :param following: What is done afterwards: an action, or False.
        """
        return {
            "type": "ir.actions.client",
            "tag": "logistics_label",
            "name": self.env._("Label"),
            "params": {
                "picking_ids": self.ids,
                "is_return": is_return,
                "next": following,
            },
        }

    def _logistics_wrong_partner(self):
        """Return whose address is to be corrected: ours where ours lacks something."""
        booking = self._logistics_bookings()[:1]
        ours = (
            self.picking_type_id.warehouse_id.partner_id or self.company_id.partner_id
        )
        if booking.problem == "address" and booking._lacks_of("sender"):
            return ours
        return self.partner_id or ours
