from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.ledger import trusted

# So many lines of a kind are listed at once; the rest is there at the next run.
LIMIT = 200


class LogisticsAdopt(models.TransientModel):
    """What was begun before the actions were switched on, to adopt what is ticked.

    Nothing that is not ticked changes. It can be run again: what was adopted is no
    longer listed.
    """

    _name = "logistics.adopt"
    _description = "Adopt Open Work"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many("logistics.adopt.line", "adopt_id")
    is_cut = fields.Boolean(
        readonly=True, help="There is more than is listed: run it again afterwards."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to list what is open now."""
        dialogs = super().create(vals_list)
        for dialog in dialogs:
            self.env["logistics.action.mode"]._check_may_switch(dialog.company_id)
            rows = dialog.sudo()._rows()
            self.env["logistics.adopt.line"].create(
                [row | {"adopt_id": dialog.id} for row in rows]
            )
            kinds = [row["kind"] for row in rows]
            dialog.is_cut = any(kinds.count(kind) >= LIMIT for kind in set(kinds))
        return dialogs

    # === ACTIONS === #

    def action_tick_all(self):
        """Tick every line."""
        self.line_ids.ticked = True
        return self._again()

    def action_tick_none(self):
        """Tick no line."""
        self.line_ids.ticked = False
        return self._again()

    def action_adopt(self):
        """Adopt what is ticked; Give Free on an order undoes it.

        :raise AccessError: Without the right, or for another company.
        :raise UserError: When nothing is ticked.
        """
        self.ensure_one()
        self.env["logistics.action.mode"]._check_may_switch(self.company_id)
        ticked = self.line_ids.filtered("ticked")
        if not ticked:
            raise UserError(self.env._("Tick what is to be adopted."))
        # A person may write lines of their own: these were not listed by us.
        if ticked.sudo()._companies() - self.company_id:
            raise AccessError(
                self.env._("Only what %s has open is adopted.", self.company_id.name)
            )
        ticked.sudo()._adopt()
        trusted(self.env["logistics.mode.change"].sudo()).create(
            {
                "company_id": self.company_id.id,
                "kind": "adopt",
                "user_id": self.env.uid,
                "order_count": len(ticked.order_id),
                "touched": ticked._ids_by_kind(),
            }
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS METHODS === #

    def _again(self):
        return self.env["logistics.action.mode"]._dialog(
            self.env._("Adopt Open Work"), self._name, {}, record=self
        )

    def _rows(self):
        """Hook: return the values of the lines, one per thing that can be adopted.

        :rtype: list[dict]
        """
        self.ensure_one()
        pickings = self.env["stock.picking"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "not in", ("done", "cancel", "draft")),
                ("carrier_tracking_ref", "!=", False),
                ("logistics_link_ids", "=", False),
            ],
            limit=LIMIT,
            order="scheduled_date, id",
        )
        return [
            {
                "kind": "picking",
                "picking_id": picking.id,
                "order_id": picking.move_ids.sale_line_id.order_id[:1].id,
                "partner_id": picking.partner_id.id,
                "outcome": self.env._(
                    "Its %s parcels are followed from now on.",
                    len(picking._logistics_numbers()),
                ),
            }
            for picking in pickings
            if picking._logistics_direction() != "internal"
        ]


class LogisticsAdoptLine(models.TransientModel):
    """Something that was begun before, and what the rules would do with it."""

    _name = "logistics.adopt.line"
    _description = "What Can Be Adopted"
    _order = "kind, id"

    adopt_id = fields.Many2one(
        "logistics.adopt",
        string="Dialog",
        required=True,
        ondelete="cascade",
        index=True,
    )
    ticked = fields.Boolean(string="Adopt")
    kind = fields.Selection(
        [("picking", "Open Transfer")], required=True, readonly=True, string="What"
    )
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    order_id = fields.Many2one("sale.order", string="Sales Order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    rule = fields.Char(readonly=True)
    outcome = fields.Char(string="What Happens Then", readonly=True)
    amount = fields.Monetary(string="Value", readonly=True)
    currency_id = fields.Many2one(related="adopt_id.company_id.currency_id")

    def _adopt(self):
        """Adopt the lines: transfers get their shipments."""
        self.filtered(
            lambda line: line.kind == "picking"
        ).picking_id._logistics_sync_numbers()

    def _ids_by_kind(self):
        """Return what the lines are about, to be kept in the history.

        :rtype: dict[str, list[int]]
        """
        return {
            kind: [line._subject().id for line in lines]
            for kind, lines in self.grouped("kind").items()
        }

    def _companies(self):
        """Return the companies of what the lines are about.

        :rtype: res.company
        """
        return self.order_id.company_id | self.picking_id.company_id

    def _subject(self):
        """Return the record that the line is about."""
        self.ensure_one()
        return self.picking_id if self.kind == "picking" else self.order_id
