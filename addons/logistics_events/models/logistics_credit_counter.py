"""Counters of what is invoiced and credited: the cap the database itself keeps."""

from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .. import ledger
from ..credit_cap import Tally, over
from .ledger import insert_all_once

# A tally as it stands in the columns, in its order.
TALLY_COLUMNS = (
    "invoiced_quantity",
    "credited_quantity",
    "invoiced_amount",
    "credited_amount",
    "item_count",
    "foreign_count",
)
ALLOWED_COLUMNS = ("allowed_quantity", "allowed_amount")
FOUND_COLUMNS = ("found_quantity", "found_amount")
# As `credit_cap.amount_left` says it.
_ROUNDING = "rounding * GREATEST((item_count - 1) / 2, 0)"


class LogisticsCreditCounter(models.Model):
    """On screen: Invoiced and Credited. One sold line of an order the suite acted on.

    Changed by the transaction that posts, resets, cancels or deletes a document, with
    one UPDATE that adds the difference: the lock of the row lets one after the other,
    and the database refuses the one that goes too far. A row begins with what is posted
    when it is first needed; what was credited too much before that is not made worse.
    """

    _name = "logistics.credit.counter"
    _inherit = "logistics.ledger.mixin"
    _description = "Invoiced and Credited"
    _log_access = False
    _order = "id desc"
    _rec_name = "sale_line_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", required=True, ondelete="cascade"
    )
    # A down payment's line goes with its draft invoice.
    sale_line_id = fields.Many2one(
        "sale.order.line", string="Sold Line", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True)
    uom_id = fields.Many2one(related="sale_line_id.product_uom_id", string="Unit")
    invoiced_quantity = fields.Float(digits=0, required=True, default=0)
    credited_quantity = fields.Float(digits=0, required=True, default=0)
    allowed_quantity = fields.Float(
        digits=0,
        required=True,
        default=0,
        string="Allowed Beyond",
        help="What people with the right allowed to be credited beyond the invoiced.",
    )
    found_quantity = fields.Float(
        digits=0,
        required=True,
        default=0,
        string="Found Beyond",
        help="What was credited beyond the invoiced before it was counted.",
    )
    left_quantity = fields.Float(
        digits=0, compute="_compute_left", string="Quantity Left"
    )
    invoiced_amount = fields.Monetary(required=True, default=0, help="With tax.")
    credited_amount = fields.Monetary(required=True, default=0, help="With tax.")
    allowed_amount = fields.Monetary(
        required=True, default=0, string="Amount Allowed Beyond"
    )
    found_amount = fields.Monetary(
        required=True, default=0, string="Amount Found Beyond"
    )
    left_amount = fields.Monetary(compute="_compute_left", string="Amount Left")
    item_count = fields.Integer(
        required=True,
        default=0,
        string="Document Lines",
        help="Each of them rounds for itself.",
    )
    foreign_count = fields.Integer(
        required=True,
        default=0,
        string="In Another Currency",
        help="While there are document lines in another currency than the order's, "
        "only the quantity is compared.",
    )
    rounding = fields.Float(
        digits=0,
        required=True,
        default=0,
        help="By how much the rounding of one document line can differ.",
    )

    _line_uniq = models.UniqueIndex("(sale_line_id)")
    _order_idx = models.Index("(order_id)")
    _quantity_cap = models.Constraint(
        "CHECK (credited_quantity <= invoiced_quantity + allowed_quantity "
        "+ found_quantity)",
        "More would be credited than was invoiced.",
    )
    _amount_cap = models.Constraint(
        "CHECK (foreign_count > 0 OR CASE WHEN invoiced_amount < 0 "
        "THEN invoiced_amount - credited_amount ELSE credited_amount - invoiced_amount "
        f"END <= allowed_amount + found_amount + {_ROUNDING})",
        "More money would be credited than was invoiced.",
    )

    @api.depends(*TALLY_COLUMNS, *ALLOWED_COLUMNS, *FOUND_COLUMNS)
    def _compute_left(self):
        for counter in self:
            count = counter._tally()
            beyond, money = counter._beyond()
            counter.left_quantity = float(count.invoiced + beyond - count.credited)
            counter.left_amount = float(
                count.invoiced_amount + money - count.credited_amount
            )

    # === ACTIONS === #

    def action_count_anew(self):
        """Count the posted documents once more, where a difference was found.

        :raise AccessError: For whoever is not from finance.
        :raise UserError: When more is credited than the row may say.
        """
        if not self.env.user.has_group(
            "logistics_events.logistics_events_group_finance"
        ):
            raise AccessError(self.env._("Only finance has documents counted anew."))
        self.check_access("read")
        counters = self.sudo()
        counters.order_id._logistics_touch()
        totals = counters.sale_line_id._logistics_posted_tallies()
        changes = {}
        for counter in counters:
            total, unit = totals[counter.sale_line_id]
            changes[counter.sale_line_id] = (total - counter._tally(), unit)
        self._add(changes)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _count(self, changes, by_suite=False):
        """Bring the counters to what documents of this transaction became.

        Lines of orders the suite never acted on are not counted.

        :param dict changes: By sold line what is added, as a `Tally`, and the rounding
            unit of its document lines.
        :param bool by_suite: Whether the suite itself writes the documents.
        :raise UserError: With the line, what was asked and what is left.
        """
        changes = {line: change for line, change in changes.items() if change[0]}
        if not changes:
            return
        lines = self.env["sale.order.line"].union(*changes)
        known = self._known(lines)
        # What only adds to the invoiced is counted when the row is first needed.
        asking = lines.browse(
            line.id
            for line, (change, _unit) in changes.items()
            # A line sold in the negative is credited by its own invoice.
            if line not in known and change.lowers and line.product_uom_qty >= 0
        )
        if asking and not by_suite:
            acted_on = asking.order_id._logistics_acted_on()
            asking = asking.filtered(lambda line: line.order_id in acted_on)
        self._begin(asking, changes)
        counted = known | asking
        self._add({line: changes[line] for line in lines if line in counted})

    @api.model
    def _known(self, lines):
        """Return the lines that have a counter.

        :rtype: sale.order.line
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT sale_line_id FROM logistics_credit_counter "
                "WHERE sale_line_id = ANY(%s)",
                lines.ids,
            )
        )
        return lines.browse(row[0] for row in rows)

    @api.model
    def _begin(self, lines, changes=None):
        """Make the rows of lines that have none, from what is posted.

        A twin that our snapshot cannot see makes the transaction start again.

        :param dict changes: What is posted, or no longer posted, by the work at hand
            and not counted yet.
        """
        rows = [
            self._opening(line, (changes or {}).get(line, (Tally(), 0))[0])
            for line in lines.sorted("id")
        ]
        insert_all_once(self.sudo(), rows)

    @api.model
    def _opening(self, line, change=None):
        """Return the values of a row that begins with what is posted.

        :param Tally change: What of it is left out, see `_begin`.
        :rtype: dict
        """
        count, unit = line._logistics_posted_tallies()[line]
        if change:
            count -= change
        found, found_amount = over(count, unit=unit)
        return dict(
            zip(TALLY_COLUMNS, count.values(), strict=True),
            company_id=line.company_id.id,
            order_id=line.order_id.id,
            sale_line_id=line.id,
            currency_id=line.currency_id.id,
            rounding=unit,
            found_quantity=found,
            found_amount=found_amount,
            allowed_quantity=0,
            allowed_amount=0,
        )

    @api.model
    def _add(self, changes):
        """Add to the rows of some lines, all with one statement.

        :param dict changes: As `_count` takes it; each line has a row.
        :raise UserError: When the database refuses it.
        """
        if not changes:
            return
        query = _addition(changes)
        refused = None
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except CheckViolation as error:
            refused = error
        self.invalidate_model(flush=False)
        if refused is not None:
            raise UserError(self._refusal(changes)) from refused

    @api.model
    def _refusal(self, changes):
        """Say in plain words which lines would go too far, and how far they may.

        :rtype: str
        """
        texts = []
        counters = self.sudo().search(
            [("sale_line_id", "in", [line.id for line in changes])], order="id"
        )
        for counter in counters:
            change, unit = changes[counter.sale_line_id]
            too_many, too_much = counter._over(change, unit)
            if too_many:
                texts.append(counter._too_many(change))
            elif too_much:
                texts.append(counter._too_much(change))
        return "\n".join(texts)

    def _too_many(self, change):
        count = self._tally()
        left = count.invoiced + self._beyond()[0] - count.credited
        words = {
            "line": self.sale_line_id.display_name,
            "asked": ledger.as_text(change.credited - change.invoiced),
            "left": ledger.as_text(left),
        }
        if change.credited <= 0:
            return self.env._(
                "%(line)s: %(asked)s would no longer be invoiced, but only %(left)s of "
                "it are not credited. Reset or cancel the credit notes first.",
                **words,
            )
        return self.env._(
            "%(line)s: %(asked)s would be credited, but only %(left)s are invoiced and "
            "not credited yet. Reduce the quantity, or credit an amount without the "
            "product.",
            **words,
        )

    def _too_much(self, change):
        words = {
            "line": self.sale_line_id.display_name,
            "asked": self.currency_id.format(
                float(change.credited_amount - change.invoiced_amount)
            ),
            "left": self.currency_id.format(self.left_amount),
        }
        if change.credited_amount <= 0:
            return self.env._(
                "%(line)s: %(asked)s would no longer be invoiced, but only %(left)s of "
                "it are not credited. Reset or cancel the credit notes first.",
                **words,
            )
        return self.env._(
            "%(line)s: %(asked)s would be credited, but only %(left)s of what was "
            "invoiced are not credited yet. Lower the price, or credit an amount "
            "without the product.",
            **words,
        )

    def _tally(self):
        """Return what the row counts.

        :rtype: Tally
        """
        self.ensure_one()
        return Tally(
            *(ledger.quantity(self[name]) for name in TALLY_COLUMNS[:4]),
            *(self[name] for name in TALLY_COLUMNS[4:]),
        )

    def _beyond(self):
        """Return what may be credited beyond the invoiced.

        :return: Quantity and money.
        :rtype: tuple[Decimal, Decimal]
        """
        self.ensure_one()
        return (
            ledger.quantity(self.allowed_quantity + self.found_quantity),
            ledger.quantity(self.allowed_amount + self.found_amount),
        )

    def _over(self, change, unit=None):
        """Return by how much a change would go too far.

        :param Tally change: What would be added.
        :param Decimal unit: By how much the rounding of its document lines can differ;
            by default none of it counts, not even what is there already.
        :rtype: tuple[Decimal, Decimal]
        """
        self.ensure_one()
        slack = ledger.quantity(0)
        if unit is not None:
            slack = max(ledger.quantity(self.rounding), unit)
        return over(self._tally() + change, *self._beyond(), slack)


def _addition(changes):
    """Return the statement that adds to rows, locked in one order for everybody."""
    names = [SQL.identifier(name) for name in TALLY_COLUMNS]
    return SQL(
        "UPDATE logistics_credit_counter c SET %s, "
        "rounding = GREATEST(c.rounding, d.rounding) "
        "FROM (VALUES %s) AS d (sale_line_id, %s, rounding), "
        "(SELECT id FROM logistics_credit_counter WHERE sale_line_id = ANY(%s) "
        "ORDER BY id FOR NO KEY UPDATE) locked "
        "WHERE c.id = locked.id AND c.sale_line_id = d.sale_line_id",
        SQL(", ").join(SQL("%s = c.%s + d.%s", name, name, name) for name in names),
        SQL(", ").join(
            (line.id, *change.values(), unit)
            for line, (change, unit) in changes.items()
        ),
        SQL(", ").join(names),
        [line.id for line in changes],
    )
