from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import dispatch, ledger
from ..dispatch_plan import Plan
from ..models.ledger import as_suite, trusted


class LogisticsDispatchReview(models.TransientModel):
    """A person looks at reported quantities, corrects them and validates."""

    _name = "logistics.dispatch.review"
    _description = "Review and Validate"

    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", required=True, readonly=True
    )
    step_ids = fields.Many2many("logistics.effect", readonly=True)
    line_ids = fields.One2many("logistics.dispatch.review.line", "review_id")
    rest = fields.Selection(
        [("backorder", "Backorder"), ("close", "Close It")],
        required=True,
        default="backorder",
        string="What Is Missing",
    )
    reported_text = fields.Text(string="Reported", readonly=True)
    problem_text = fields.Text(string="Problems", compute="_compute_problem_text")
    product_ids = fields.Many2many("product.product", compute="_compute_product_ids")

    @api.depends("picking_id")
    def _compute_product_ids(self):
        for review in self:
            review.product_ids = review.picking_id.sudo().move_ids.product_id

    @api.depends(
        "picking_id",
        "line_ids.product_id",
        "line_ids.quantity",
        "line_ids.uom_id",
        "line_ids.lot_name",
        "line_ids.package_name",
    )
    def _compute_problem_text(self):
        for review in self:
            problems = [
                self.env._("“%s” has no product yet.", line.told)
                for line in review.line_ids
                if not line.product_id
            ]
            problems = problems or review._plan().problems
            review.problem_text = "\n".join(problems)

    @api.model
    def _open_for(self, picking):
        """Return the dialog about what is reported of a transfer.

        Without a report it proposes what is reserved, or what is asked for.

        :param stock.picking picking: The transfer.
        :raise UserError: When the transfer is over.
        """
        steps = picking._logistics_open_reports()
        target = steps[:1]._dispatch_transfer() if steps else picking
        if target.state in ("done", "cancel"):
            raise UserError(self.env._("%s is done or cancelled already.", target.name))
        review = self.create(
            {
                "picking_id": target.id,
                "step_ids": [fields.Command.set(steps.ids)],
                "rest": steps._dispatch_rest() if steps else "backorder",
                "reported_text": steps.event_id._dispatch_text(),
                "line_ids": [
                    fields.Command.create(vals)
                    for vals in (
                        self._reported_lines(target, steps)
                        if steps
                        else self._expected_lines(target)
                    )
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Review and Validate"),
            "res_model": self._name,
            "res_id": review.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _reported_lines(self, picking, steps):
        items = [
            item
            for step in steps
            for item in dispatch.items_of((step.inputs or {}).get("lines"))
        ]
        reading = dispatch.Reading(picking, items)
        lines = []
        for item in reading.items:
            product, packaging = reading.products.get(item, (None, None))
            unit = reading.unit(item, product, packaging) if product else None
            lines.append(
                {
                    "told": item.product,
                    "product_id": product.id if product else False,
                    "quantity": float(item.quantity),
                    "uom_id": unit.id if unit else False,
                    "lot_name": item.lot,
                    "package_name": item.package,
                }
            )
        return lines

    @api.model
    def _expected_lines(self, picking):
        lines = []
        for move in picking.move_ids.filtered(lambda move: move.state != "cancel"):
            if not move.move_line_ids:
                lines.append(
                    {
                        "product_id": move.product_id.id,
                        "quantity": move.product_uom_qty,
                        "uom_id": move.product_uom.id,
                    }
                )
            for line in move.move_line_ids:
                lines.append(
                    {
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                        "uom_id": line.product_uom_id.id,
                        "lot_name": line.lot_id.name or line.lot_name,
                        "package_name": line.result_package_id.name,
                    }
                )
        return lines

    def _plan(self):
        """Return what would be moved by the lines as they stand."""
        self.ensure_one()
        items = {}
        for line in self.line_ids:
            place = (
                line.product_id.id,
                line.uom_id.id,
                line.lot_name or "",
                line.package_name or "",
            )
            items.setdefault(place, []).append(line)
        return Plan(
            self.picking_id._origin.sudo(),
            [
                dispatch.Item(
                    product=lines[0].told or lines[0].product_id.display_name or "",
                    quantity=sum(
                        (ledger.quantity(line.quantity) for line in lines),
                        ledger.quantity(0),
                    ),
                    uom=lines[0].uom_id.name or "",
                    lot=lines[0].lot_name or "",
                    package=lines[0].package_name or "",
                    record=lines[0].product_id._origin.sudo(),
                )
                for lines in items.values()
            ],
        )

    # === ACTIONS === #

    def action_validate(self):
        """Validate the transfer with the quantities of the dialog.

        :raise AccessError: When the user may not validate transfers.
        :raise UserError: With the problems, or when the report changed meanwhile.
        """
        self.ensure_one()
        picking = self.picking_id
        picking._logistics_check_may_validate()
        steps = as_suite(self.step_ids.sudo())
        steps._dispatch_lock(picking.sudo())
        waiting = (picking | steps._dispatch_pickings())._logistics_open_reports()
        if steps != waiting or any(
            step._dispatch_transfer() != picking for step in steps
        ):
            raise UserError(
                self.env._("The report changed since you opened this: open it again.")
            )
        if self.problem_text:
            raise UserError(self.problem_text)
        plan = self._plan()
        said = dispatch.items_of(
            [line for step in steps for line in (step.inputs or {}).get("lines") or ()]
        )
        steps._dispatch_validate(picking, plan, self.rest)
        if steps and not plan.says(dispatch.Reading(picking.sudo(), said)):
            trusted(steps).write(
                {
                    "pinned": True,
                    "pin_reason": self.env._(
                        "%s corrected the quantities.", self.env.user.name
                    ),
                }
            )
        return {"type": "ir.actions.act_window_close"}


class LogisticsDispatchReviewLine(models.TransientModel):
    _name = "logistics.dispatch.review.line"
    _description = "Reviewed Line"

    review_id = fields.Many2one(
        "logistics.dispatch.review", required=True, ondelete="cascade"
    )
    told = fields.Char(string="Reported As", readonly=True)
    product_id = fields.Many2one("product.product", string="Product")
    quantity = fields.Float(digits="Product Unit", required=True)
    uom_id = fields.Many2one("uom.uom", string="Unit")
    lot_name = fields.Char(string="Lot or Serial Number")
    package_name = fields.Char(string="Package")
