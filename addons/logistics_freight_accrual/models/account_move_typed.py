"""A carrier's bill that somebody typed in Odoo takes its accruals back when posted."""

from odoo import models

from odoo.addons.logistics_events.models.ledger import as_suite, by_suite

from ..charge_codes import fold_name
from ..charge_types import CHARGE_TYPES

_EXACT = {"tracking", "shipment", "order", "waybill"}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Override of `account`: lines of a carrier's bill that name what they are
        about are booked on its accrual. What names nothing stays as it was typed, and
        so do the bills of all other vendors.
        """
        if by_suite(self.env):
            return super()._post(soft)
        documents = self._logistics_of_carriers() | self._logistics_recharges()
        if not documents:
            return super()._post(soft)
        self._logistics_stop_repeats()
        prepared = [move._logistics_take_accruals() for move in documents.sudo()]
        posted = super(AccountMove, as_suite(self))._post(soft).with_env(self.env)
        for bill, rows in filter(None, prepared):
            bill._note_typed(rows)
        return posted

    def _logistics_recharges(self):
        """Return the drafts with which another company bills freight on.

        :rtype: account.move
        """
        return self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type in ("in_invoice", "in_refund")
                and move.sudo().invoice_line_ids.logistics_charge_id
                and not move.sudo().logistics_posting_ids
            )
        )

    def _logistics_take_accruals(self):
        """Book the lines of the draft that are about charges on these.

        :return: The carrier bill, and share and `charge.Posting` of each charge; None
            when no line is about any.
        :rtype: tuple | None
        """
        self.ensure_one()
        move = as_suite(self)
        bill = move.env["logistics.freight.bill"]._adopt_move(move)
        if bill.state == "posted" or not bill.currency_id:
            return None
        items = move.invoice_line_ids.filtered(
            lambda item: item.display_type == "product"
        )
        bill._match_typed(items)
        lines = bill.line_ids.filtered("charge_id")
        if not lines or not move._logistics_may_rewrite(items, lines.charge_id):
            lines.write({"charge_id": False, "match_step": False})
            return None
        bill._audit()
        lines._give_charges()
        if bill.treatment == "hold":
            # A person posts it: what is in doubt is blocked, the rest is booked.
            bill.treatment = "clearing"
        shares = [
            share for share in bill._typed_shares(lines) if share.amount or share.tax
        ]
        bill._tell(shares, may_post=True)
        bill._dispute()
        rows = bill._rows(shares)
        by_line = dict(zip(bill.line_ids.sorted("row"), items, strict=True))
        total = move.amount_total
        for share, posting in rows:
            own = items.browse([by_line[line].id for line in share.lines])
            move._logistics_rewrite(own, share, posting)
        move._logistics_settle_taxes(rows)
        move._logistics_keep_total(total)
        return bill, rows


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _match_typed(self, items):
        """Find the charges of typed lines: by the numbers in their words, where those
        lead to one charge, or to one of the type the words name.

        :param account.move.line items: The lines as typed, in the order of the rows.
        """
        self.ensure_one()
        lines = self.line_ids.sorted("row")
        known = items.logistics_charge_id
        if known and not self.carrier_id:
            self.carrier_id = known.carrier_id[:1]
        pure = {
            line: _with_all_numbers(line._pure())
            for line, item in zip(lines, items, strict=True)
            if not item.logistics_charge_id
        }
        found = self._matches(pure, self.company_id) if self.carrier_id else {}
        for line, item in zip(lines, items, strict=True):
            charge = item.logistics_charge_id
            if not charge:
                charge = self._one_of(line, found.get(line))
            if not charge or not self._can_take(charge):
                continue
            line.write(
                {
                    "charge_id": charge.id,
                    "charge_type": charge.charge_type,
                    "shipment_id": charge.shipment_id.id,
                    "match_step": "tracking" if line.tracking_number else "order",
                }
            )

    def _can_take(self, charge):
        """Return whether a typed line can be about a charge: in its currency, or in one
        that it can be accrued in instead.

        :rtype: bool
        """
        if charge.currency_id == self.currency_id:
            return True
        return self.kind != "credit" and self._rates_of(charge)[charge] is not None

    def _one_of(self, line, match):
        """Return the one charge a typed line can be about, else none.

        :param Match | None match: What its numbers lead to.
        :rtype: logistics.charge
        """
        charges = self.env["logistics.charge"]
        if match is None:
            return charges
        if match.charge:
            return charges.browse(match.charge)
        refs = [
            proposal.ref
            for proposal in match.proposals
            if _EXACT.intersection(proposal.reasons)
        ]
        candidates = charges.browse(refs)
        if len(candidates) > 1:
            words = fold_name(line.text or "")
            candidates = candidates.filtered(
                lambda charge: _is_named(charge.charge_type, words)
            )
        return candidates if len(candidates) == 1 else charges

    def _typed_shares(self, lines):
        """Return what a typed bill says about the charges of some lines.

        :param logistics.freight.bill.line lines: Those with a charge.
        :rtype: list[Share]
        """
        return self._shares_of(lines, {line: self._exact(line.tax) for line in lines})

    def _note_typed(self, rows):
        """Keep on the charges what was posted with a typed bill, and reconcile it.

        :param list[tuple] rows: `Share` and `charge.Posting`.
        """
        move = self.move_id
        if move.state != "posted":
            return
        charges = as_suite(self.env["logistics.charge"].sudo())
        charges._note_document([(share.charge, row) for share, row in rows], move)
        charges = charges.union(*(share.charge for share, _row in rows))
        charges._reconcile()
        charges._settle_rest(charges._reckon())


def _with_all_numbers(line):
    """Return a typed line whose numbers may be of any kind."""
    numbers = "\n".join(
        number for name in line.references for number in line.named(name)
    )
    names = ("shipment", "order", "waybill")
    return type(line)(
        line.row,
        line.amount,
        text=line.text,
        tracking_number=line.tracking_number,
        references=dict.fromkeys(names, numbers) if numbers else {},
    )


def _is_named(charge_type, words):
    label = fold_name(CHARGE_TYPES[charge_type].label)
    return any(part in words.split() for part in label.split())
