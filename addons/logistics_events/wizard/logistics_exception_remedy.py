from odoo import api, fields, models
from odoo.exceptions import UserError

ADDRESS_FIELDS = ("street", "street2", "zip", "city", "state_id", "country_id", "phone")


class LogisticsExceptionRemedy(models.TransientModel):
    """A person says what is done about a problem, before it is done."""

    _name = "logistics.exception.remedy"
    _description = "Do Something About It"

    exception_id = fields.Many2one("logistics.exception", required=True, readonly=True)
    shipment_id = fields.Many2one(related="exception_id.shipment_id")
    kind = fields.Selection(
        [
            ("address", "Correct the Address"),
            ("reship", "Send Again"),
            ("return", "Expect a Return"),
            ("claim", "Open a Claim"),
        ],
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many(
        "logistics.exception.remedy.line", "dialog_id", string="Goods"
    )
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    state_id = fields.Many2one(
        "res.country.state", domain="[('country_id', '=?', country_id)]"
    )
    country_id = fields.Many2one("res.country")
    phone = fields.Char()
    claim_kind = fields.Selection(
        selection=lambda self: (
            self.env["logistics.claim"]._fields["kind"]._description_selection(self.env)
        ),
        string="Claim For",
    )
    company_id = fields.Many2one(related="exception_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id", string="Currency")
    amount = fields.Monetary()
    deadline = fields.Date(help="Until when the carrier takes the claim.")
    settles = fields.Boolean(
        string="This Solves It",
        default=True,
        help="The exception leaves the list. Undo brings it back.",
    )
    reason = fields.Text(string="Why")

    @api.model
    def _prepare(self, exception, kind):
        """Return the dialog, filled in as far as it is known.

        :param logistics.exception exception: What is done something about.
        :param str kind: A value of `kind`.
        :rtype: logistics.exception.remedy
        """
        shipment = exception.shipment_id.sudo()
        vals = {"exception_id": exception.id, "kind": kind}
        if kind == "address":
            partner = shipment.partner_id
            vals |= {
                name: partner[name].id if name.endswith("_id") else partner[name]
                for name in ADDRESS_FIELDS
            }
            vals["settles"] = False
        elif kind == "claim":
            goods = shipment._goods_in_trouble()
            days = shipment.carrier_id.claim_days or 14
            trouble = shipment.trouble or {}
            vals |= {
                "claim_kind": next(
                    (k for k in ("lost", "damaged") if k in trouble), "late"
                ),
                "amount": shipment._goods_value(goods),
                "deadline": fields.Date.add(fields.Date.context_today(self), days=days),
                "settles": False,
            }
        else:
            goods = shipment._goods_in_trouble()
            if kind == "return":
                goods = {move: move.quantity for move in shipment._done_moves()}
            vals["line_ids"] = [
                fields.Command.create({"move_id": move.id, "quantity": quantity})
                for move, quantity in goods.items()
            ]
        return self.create(vals)

    def action_apply(self):
        """Do it; what was done is listed on the exception, with its Undo.

        :raise AccessError: For people who may not.
        :raise UserError: When it cannot be done.
        """
        self.ensure_one()
        self.env["logistics.remedy"]._check_may_do(self.kind)
        self.exception_id._shipment_needed()
        if self.exception_id.state not in ("open", "snoozed"):
            raise UserError(self.env._("The exception is closed: reopen it first."))
        shipment = self.shipment_id.sudo()
        shipment._lock_for_facts()
        return getattr(self, f"_apply_{self.kind}")(shipment) or {
            "type": "ir.actions.act_window_close"
        }

    # === ONE METHOD PER KIND === #

    def _apply_address(self, shipment):
        if not shipment.partner_id:
            raise UserError(self.env._("Nobody is known to whom the goods go."))
        before = shipment.partner_id
        address = {
            name: self[name].id if name.endswith("_id") else self[name]
            for name in ADDRESS_FIELDS
        }
        if all(
            (before[name].id if name.endswith("_id") else before[name]) == value
            for name, value in address.items()
        ):
            raise UserError(self.env._("The address is the same as before."))
        after, waiting = shipment._redirect(address)
        text = self.exception_id._address_text(after)
        count = (
            self.env["logistics.remedy"]
            .sudo()
            .search_count([("shipment_id", "=", shipment.id)])
        )
        event = shipment._tell(
            "instruction_changed",
            channel="manual",
            key=f"address/{count}/{after.id}",
            leg=shipment._leg(),
            raw_text=text,
            reason="address",
        )
        self._note(
            self.env._("Address corrected: %s", text),
            partner_before_id=before.id,
            partner_after_id=after.id,
            redirected_ids=[fields.Command.set(waiting.ids)],
            event_id=event.id,
        )
        return self.exception_id._tell_carrier(after)

    def _apply_reship(self, shipment):
        picking, made, whole = shipment._reship(self._quantities())
        self._note(
            self.env._("Sent again with %s.", picking.name),
            picking_ids=[fields.Command.set(picking.ids)],
            made_shipment_id=made.id,
            is_whole=whole,
        )

    def _apply_return(self, shipment):
        pickings, made = shipment._expect_return(self._quantities())
        self._note(
            self.env._("Return expected: %s.", ", ".join(pickings.mapped("name"))),
            picking_ids=[fields.Command.set(pickings.ids)],
            made_shipment_id=made.id,
        )

    def _apply_claim(self, shipment):
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say what is claimed."))
        claim = (
            self.env["logistics.claim"]
            .sudo()
            .create(
                {
                    "shipment_id": shipment.id,
                    "kind": self.claim_kind or "other",
                    "amount": self.amount,
                    "reason": self.reason.strip(),
                    "deadline": self.deadline,
                    "user_id": self.env.uid,
                }
            )
        )
        self._note(
            self.env._(
                "Claim opened over %(amount)s until %(day)s.",
                amount=claim.currency_id.format(claim.amount),
                day=fields.Date.to_string(claim.deadline),
            ),
            claim_id=claim.id,
        )

    def _note(self, summary, **more):
        return self.env["logistics.remedy"]._record(
            self.exception_id,
            self.kind,
            summary,
            (self.reason or "").strip(),
            self.settles,
            **more,
        )

    def _quantities(self):
        """Return how much of each move it is about.

        :rtype: dict[stock.move, float]
        :raise UserError: For goods of another shipment.
        """
        found = {line.move_id.sudo(): line.quantity for line in self.line_ids}
        known = self.shipment_id.sudo()._done_moves()
        if any(move not in known for move in found):
            raise UserError(self.env._("Only goods of this shipment that left count."))
        return found


class LogisticsExceptionRemedyLine(models.TransientModel):
    _name = "logistics.exception.remedy.line"
    _description = "Goods It Is About"

    dialog_id = fields.Many2one(
        "logistics.exception.remedy", required=True, ondelete="cascade"
    )
    move_id = fields.Many2one("stock.move", required=True, readonly=True)
    product_id = fields.Many2one(related="move_id.product_id")
    sent = fields.Float(
        related="move_id.quantity", string="Sent", digits="Product Unit"
    )
    quantity = fields.Float(digits="Product Unit")
    product_uom = fields.Many2one(related="move_id.product_uom", string="Unit")
