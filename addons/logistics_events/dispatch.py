"""What a partner reports of a transfer, read with Odoo's products, units and lots."""

from decimal import Decimal
from typing import Any, NamedTuple

from odoo.fields import Domain
from odoo.tools import escape_psql, float_compare

from . import ledger

# Finer than any unit of measure: what is left of float arithmetic.
DIGITS = 6


class Item(NamedTuple):
    """One reported line.

    :param str product: The product's code as it was told.
    :param Decimal quantity: In `uom`, in the product's own unit when that is empty.
    :param bool final: Whether no more of the product will follow.
    :param Any record: The `product.product`, when somebody resolved it already.
    :param int report: Tells the reports apart of which several are read together.
    """

    product: str
    quantity: Decimal
    uom: str = ""
    lot: str = ""
    package: str = ""
    final: bool = False
    record: Any = None
    report: int = 0


class Row(NamedTuple):
    """A reported line in the words of Odoo; the quantity in the product's unit."""

    product: Any
    quantity: float
    lot: Any
    lot_name: str
    package: str
    final: bool


def items_of(lines, report=0):
    """Return the lines of a tracking event as items.

    :param list[dict] lines: As `logistics.event` stores them.
    :param int report: See `Item`.
    :rtype: list[Item]
    """
    return [
        Item(
            product=line.get("product") or "",
            quantity=ledger.quantity(Decimal(str(line.get("quantity") or 0))),
            uom=line.get("uom") or "",
            lot=line.get("lot") or "",
            package=line.get("package") or "",
            final=bool(line.get("final")),
            report=report,
        )
        for line in lines or ()
    ]


def same_lines(one, other):
    """Return whether two reports say the same, in whatever order and writing.

    :param list[dict] one: Lines of a tracking event.
    :param list[dict] other: Lines of another.
    :rtype: bool
    """
    return _sorted(one) == _sorted(other)


def text_of(lines):
    """Return reported lines as a person reads them.

    :param list[dict] lines: As `logistics.event` stores them.
    :rtype: str
    """
    return ", ".join(
        " ".join(
            part
            for part in (
                ledger.as_text(item.quantity),
                item.uom,
                item.product,
                item.lot and f"({item.lot})",
            )
            if part
        )
        for item in items_of(lines)
    )


def _sorted(lines):
    return sorted((*item[:5], item.final) for item in items_of(lines))


class Reading:
    """Reported lines with the product, unit and lot of every one found.

    :param stock.picking picking: The transfer the lines are about.
    :param list[Item] items: The lines.
    """

    def __init__(self, picking, items):
        self.picking = picking
        self.env = picking.env
        self.problems = []
        self.rows = []
        self.finals = set()
        self.moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
        self.items = picking._logistics_report_items(items)
        self._read()

    def _read(self):
        self._find_products()
        self._find_units()
        self._find_lots()
        seen = set()
        for item in self.items:
            product, unit = self.products.get(item, (None, None))
            if not product:
                self._complain_of_product(item)
                continue
            if item.final:
                self.finals.add(product)
            if not item.quantity:
                continue
            place = (item.report, product, folded(item.lot), folded(item.package))
            if place in seen:
                self._complain(
                    self.env._("%s is listed twice.", self._name(item, product))
                )
                continue
            seen.add(place)
            self._read_one(item, product, unit)
        if not self.rows and not self.problems:
            self._complain(self.env._("The report holds no quantity."))

    def _read_one(self, item, product, packaging):
        unit = self.unit(item, product, packaging)
        if not unit:
            self._complain(
                self.env._(
                    "%(product)s: the unit “%(unit)s” does not fit %(own)s.",
                    product=self._name(item, product),
                    unit=item.uom,
                    own=product.uom_id.name,
                )
            )
            return
        quantity = unit._compute_quantity(
            float(item.quantity), product.uom_id, round=False
        )
        whole = product.uom_id.round(quantity, rounding_method="HALF-UP")
        if float_compare(quantity, whole, precision_digits=DIGITS):
            self._complain(
                self.env._(
                    "%(product)s: %(quantity)g %(unit)s cannot be split like this.",
                    product=self._name(item, product),
                    quantity=quantity,
                    unit=product.uom_id.name,
                )
            )
            return
        lot = self._lot(item, product, whole)
        if lot is None:
            return
        self.rows.append(
            Row(
                product,
                whole,
                lot,
                "" if lot else (item.lot if product.tracking != "none" else ""),
                item.package,
                item.final,
            )
        )

    # === PRODUCTS AND UNITS === #

    def _find_products(self):
        """Find the products of the lines among those of the transfer."""
        products = self.moves.product_id
        by_code = {}
        for product in products:
            for code in (product.default_code, product.barcode):
                if code:
                    by_code.setdefault(folded(code), product.browse())
                    by_code[folded(code)] |= product
        self.by_code = by_code
        told = {item.product for item in self.items if not item.record}
        missing = [code for code in told if folded(code) not in by_code]
        packagings = self.env["product.uom"].browse()
        if missing:
            packagings = packagings.search(
                [("barcode", "in", missing), ("product_id", "in", products.ids)]
            )
        by_packaging = {
            packaging.barcode: (packaging.product_id, packaging.uom_id)
            for packaging in packagings
        }
        self.products = {}
        for item in self.items:
            if item.record:
                if item.record in products:
                    self.products[item] = (item.record, None)
                continue
            found = by_code.get(folded(item.product))
            if found and len(found) == 1:
                self.products[item] = (found, None)
            elif item.product in by_packaging:
                self.products[item] = by_packaging[item.product]

    def _complain_of_product(self, item):
        if item.record:
            text = self.env._("%s is not on this transfer.", item.record.display_name)
        elif len(self.by_code.get(folded(item.product), ())) > 1:
            text = self.env._(
                "Several products of this transfer have the code “%s”.", item.product
            )
        elif (
            self.env["product.product"]
            .with_context(active_test=False)
            .search_count(
                [
                    "|",
                    ("default_code", "=", item.product),
                    ("barcode", "=", item.product),
                ],
                limit=1,
            )
        ):
            text = self.env._("“%s” is not on this transfer.", item.product)
        else:
            text = self.env._("No product has the code “%s”.", item.product)
        self._complain(text)

    def unit(self, item, product, packaging):
        """Return the unit of a line, empty when none or more than one fits the product.

        A unit of the product or the transfer goes before others, and one that is in use
        before one that is archived.

        :param Item item: The line.
        :param product.product product: What it is about.
        :param uom.uom | None packaging: The unit its barcode stands for.
        :rtype: uom.uom
        """
        if not item.uom:
            return packaging or product.uom_id
        none = product.uom_id.browse()
        own = product.uom_id | product.uom_ids | self.moves.product_uom
        named = called(self.units, item.uom)
        for units in (called(own, item.uom), named.filtered("active"), named):
            fitting = units.filtered(
                lambda unit: unit._has_common_reference(product.uom_id)
            )
            if fitting:
                # Two units of one name and another size: nobody can say which.
                return fitting[:1] if len(set(fitting.mapped("factor"))) == 1 else none
        return none

    def _find_units(self):
        """Find the units that the lines name.

        Archived ones as well: Odoo hides units that are not sold in (it ships *Dozens*
        like that), and a dozen that a partner counts is twelve all the same.
        """
        names = {item.uom.strip() for item in self.items if item.uom.strip()}
        self.units = self.env["uom.uom"].with_context(active_test=False).browse()
        if names:
            self.units = self.units.search(
                Domain.OR(
                    Domain("name", "=ilike", escape_psql(name))
                    for name in sorted(names)
                )
            )

    # === LOTS === #

    def _find_lots(self):
        told = {item.lot for item in self.items if item.lot}
        self.lots = {}
        if not told:
            return
        for lot in self.env["stock.lot"].search(
            [
                ("product_id", "in", self.moves.product_id.ids),
                ("name", "in", sorted(told)),
                ("company_id", "in", [self.picking.company_id.id, False]),
            ]
        ):
            self.lots[lot.product_id, lot.name] = lot

    def _lot(self, item, product, quantity):
        """Return the lot of a line, maybe empty; None when that is a problem."""
        none = self.env["stock.lot"].browse()
        kind = self.picking.picking_type_id
        if product.tracking == "none":
            return none
        if not item.lot:
            if not (kind.use_existing_lots or kind.use_create_lots):
                return none
            return self._complain(
                self.env._(
                    "%s needs a lot or serial number.", self._name(item, product)
                )
            )
        if product.tracking == "serial" and float_compare(
            quantity, 1, precision_digits=DIGITS
        ):
            return self._complain(
                self.env._(
                    "%(product)s: serial number %(lot)s is one unit, not %(quantity)g.",
                    product=product.display_name,
                    lot=item.lot,
                    quantity=quantity,
                )
            )
        lot = self.lots.get((product, item.lot))
        if lot:
            return lot
        comes_new = self.picking._logistics_direction() in ("incoming", "dropship")
        if kind.use_create_lots and comes_new:
            return none
        return self._complain(
            self.env._(
                "%(product)s has no lot or serial number “%(lot)s”.",
                product=product.display_name,
                lot=item.lot,
            )
        )

    def says(self, other):
        """Return whether another reading comes to the same quantities.

        :param Reading other: Of the same transfer.
        :rtype: bool
        """
        return not other.problems and _totals(self.rows) == _totals(other.rows)

    # === WORDS === #

    def _complain(self, text):
        self.problems.append(text)

    def _name(self, item, product):
        name = product.display_name
        return f"{name} / {item.lot}" if item.lot else name


def _totals(rows):
    totals = {}
    for row in rows:
        place = (row.product, row.lot.name or row.lot_name or "")
        totals[place] = totals.get(place, 0) + ledger.quantity(row.quantity)
    return totals


def called(units, name):
    """Return the units of a name, however somebody wrote it.

    :param uom.uom units: Among which.
    :param str name: As a partner told it.
    :rtype: uom.uom
    """
    return units.filtered(lambda unit: folded(unit.name) == folded(name))


def folded(text):
    """Return a code or a name as it is compared.

    :param str text: As somebody wrote it.
    :rtype: str
    """
    return " ".join((text or "").split()).casefold()
