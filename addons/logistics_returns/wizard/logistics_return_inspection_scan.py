"""What a scan does on the screen: it chooses the return, or counts one piece."""

from odoo import api, models

from odoo.addons.logistics_events import ledger, vocabulary


class LogisticsReturnInspection(models.TransientModel):
    _inherit = "logistics.return.inspection"

    @api.onchange("scan")
    def _onchange_scan(self):
        code, self.scan = (self.scan or "").strip(), False
        if code:
            self._scanned(code)

    def on_barcode_scanned(self, barcode):
        """Implementation of `barcodes`: a scanner that types anywhere on the screen."""
        self._scanned((barcode or "").strip())

    # === BUSINESS METHODS === #

    def _scanned(self, code):
        """Choose the return that a code names, or count one piece of what it names.

        :param str code: What was scanned or typed.
        """
        self.ensure_one()
        one = self._return_named(code)
        if one:
            self._jump(one)
        elif self.return_id:
            self.message = self._count_one(code)
        else:
            self.message = self._choose_by_goods(code)

    def _jump(self, one):
        if one == self.return_id:
            self.message = self.env._("%s is shown.", one.name)
        elif self.return_id and any(
            ledger.quantity(line.left) != ledger.quantity(line.waiting)
            for line in self.line_ids
        ):
            self.message = self.env._(
                "Confirm or clear what you counted of %s first.", self.return_id.name
            )
        else:
            self.return_id = one
            self.message = (
                one.name
                if self.line_ids
                else self.env._("%s: nothing waits here for inspection.", one.name)
            )

    def _return_named(self, code):
        """Return the return that a name or number stands for, empty for none.

        :rtype: logistics.return
        """
        Return = self.env["logistics.return"]
        own = [("company_id", "in", self.env.companies.ids)]
        key = vocabulary.normalise_tracking(code)
        for domain in (
            [("name", "=ilike", _literal(code))],
            [("picking_ids.name", "=ilike", _literal(code))],
            [("shipment_ids.parcel_ids.tracking_key", "=", key)] if key else None,
        ):
            if domain is None:
                continue
            found = Return.search([*own, *domain], order="id")
            if found:
                return found.sorted(lambda one: one.state != "received")[:1]
        return Return

    def _choose_by_goods(self, code):
        """Choose the only return in which such goods wait.

        :return: What the screen says.
        """
        products, lots = self._goods_named(code)
        waiting = self.env["logistics.return"].search(
            [
                ("state", "=", "received"),
                ("company_id", "in", self.env.companies.ids),
                ("line_ids.product_id", "in", (products | lots.product_id).ids),
            ],
            order="id",
        )
        hits = waiting.filtered(
            lambda one: any(
                spot.lot in lots if lots else spot.line.product_id in products
                for spot in one._goods_here()
            )
        )
        if not hits:
            return self.env._("Nothing that waits here is called %s.", code)
        if len(hits) > 1:
            return self.env._(
                "%(code)s waits in several returns: scan the transfer or the return "
                "(%(names)s).",
                code=code,
                names=", ".join(hits[:5].mapped("name")),
            )
        self.return_id = hits
        return self._count_one(code)

    def _goods_named(self, code):
        """Return the products and the lots that a code stands for.

        :rtype: tuple[product.product, stock.lot]
        """
        Product = self.env["product.product"]
        products = Product.search([("barcode", "=", code)])
        products |= self.env["product.uom"].search([("barcode", "=", code)]).product_id
        products = products or Product.search([("default_code", "=", code)])
        lots = self.env["stock.lot"].search([("name", "=", code)])
        return products, lots

    def _count_one(self, code):
        """Count one piece, or one pack, of what a code stands for.

        :return: What the screen says.
        """
        products, lots = self._goods_named(code)
        rows = self.line_ids.filtered(
            lambda line: (
                not line.is_short and line.lot_id and line.lot_id._origin in lots
            )
        )
        if not rows:
            rows = self.line_ids.filtered(
                lambda line: not line.is_short and line.product_id._origin in products
            )
            if len(rows.lot_id) > 1:
                return self.env._(
                    "%s: scan the lot or serial number.",
                    rows[0].product_id.display_name,
                )
        if not rows:
            return self.env._("Nothing that waits here is called %s.", code)
        step = self._step_of(code, rows[0])
        free = rows.filtered(lambda line: ledger.quantity(line.left) >= step)[:1]
        if not free:
            return self.env._(
                "%s: everything that came is counted.", rows[0].product_id.display_name
            )
        column = free._column(self.found_as)
        free[column] = float(ledger.quantity(free[column]) + step)
        words = dict(self._fields["found_as"]._description_selection(self.env))
        return self.env._(
            "%(goods)s: %(found)s %(quantity)s, %(left)s left.",
            goods=free.product_id.display_name,
            quantity=ledger.as_text(ledger.quantity(free[column])),
            found=words[self.found_as],
            left=ledger.as_text(ledger.quantity(free.left)),
        )

    def _step_of(self, code, row):
        """Return how many pieces a scanned code stands for.

        :rtype: Decimal
        """
        product, unit = row.product_id, row.uom_id
        pack = (
            self.env["product.uom"]
            .search(
                [("barcode", "=", code), ("product_id", "=", product._origin.id)],
                limit=1,
            )
            .uom_id
        )
        if not pack or not pack._has_common_reference(unit):
            return ledger.quantity(1)
        return ledger.quantity(pack._compute_quantity(1.0, unit))


def _literal(code):
    """Return a code without the wildcards of a search."""
    for sign in ("\\", "%", "_"):
        code = code.replace(sign, f"\\{sign}")
    return code
