"""What the golden scenarios leave in the books, compared line by line."""

from decimal import Decimal

from ..charge import Line, Posting
from ..conversion import converted
from .golden_player import EXCESS
from .golden_players import GoldenPlayers

D = Decimal
# These lines are of a whole document, the others of a charge.
OF_DOCUMENT = ("recoverable_tax", "payable")


class GoldenBooks(GoldenPlayers):
    """Reads entries, and knows what the scenarios ask for."""

    # === WHAT IS IN THE BOOKS === #

    def _posted(self, player):
        """Return what was posted since the last time, by kind, revision and reason.

        :rtype: dict[str, account.move]
        """
        found = {}
        for row in player.charges.posting_ids.sorted("id"):
            if row.id in player.seen or row.key == "exchange":
                continue
            player.seen.add(row.id)
            kind = row.key.partition(":")[0]
            head = f"{kind} {row.generation} {row.reason}"
            found[head] = found.get(head, row.move_id.browse()) | row.move_id
        return found

    def _expected(self, player, text):
        """Return what a sentence of the scenario asks for.

        :return: Its head, and the amounts by role and, but for those of the whole
            document, by type of charge.
        :rtype: tuple[str, dict[tuple[str, str], Decimal]]
        """
        head, _sep, rest = text.rpartition(": ")
        key, generation, reason = head.split()
        amounts = {}
        for part in rest.split(" / "):
            side, role, name = part.split()
            sign = 1 if side == "Dr" else -1
            if role in OF_DOCUMENT:
                parts = {"": player.case.amounts[name]}
            elif name == "excess" and player.is_split:
                parts = {EXCESS: player.case.amounts[name]}
            else:
                parts = player.parts(name)
            for charge_type, amount in parts.items():
                if amount:
                    amounts[role, charge_type] = sign * amount
        return f"{key.partition(':')[0]} {generation} {reason}", amounts

    def _account_of(self, player, role):
        """Return the account of a role."""
        company = self.company
        return {
            "freight": company.logistics_freight_account_id,
            "variance": company.logistics_freight_variance_account_id,
            "accrued": company.logistics_freight_accrued_account_id,
            "clearing": company.logistics_freight_disputed_account_id,
            "recoverable_tax": self.input_tax,
            "payable": player.charges.partner_id.property_account_payable_id,
        }[role]

    def _check_entries(self, player, moves, amounts):
        """Compare entries with what is expected of them, line by line."""
        items = moves.line_ids
        currency = self.currencies[player.case.terms.currency]
        vendor = player.charges.partner_id
        found = {}
        for item in items:
            self.assertEqual(item.currency_id, currency)
            self.assertEqual(item.partner_id, vendor)
            self.assertEqual(item.company_id, self.company)
            self.assertEqual(item.parent_state, "posted")
            self.assertFalse(item.debit and item.credit)
            self.assertEqual(round(item.debit - item.credit, 3), item.balance)
            role = next(
                role
                for role in dict.fromkeys(role for role, _type in amounts)
                if self._account_of(player, role) == item.account_id
            )
            place = (
                role,
                "" if role in OF_DOCUMENT else item.logistics_charge_id.charge_type,
            )
            amount = D(repr(round(item.amount_currency, 3)))
            found[place] = found.get(place, D(0)) + amount
        self.assertEqual(found, amounts)
        self.assertEqual(len(items), len(amounts), "One line for each amount")
        self._check_own(player, items, amounts)
        self._check_tax(player, moves, amounts)

    def _check_own(self, player, items, amounts):
        """Check the debits and credits, in the currency of the company."""
        own = self.company.currency_id
        rate = player.charges[0]._rate(self.today)
        if player.is_split:
            for item in items:
                exact = D(repr(item.amount_currency)) * rate
                # What two charges round to, on one line of the document.
                self.assertLessEqual(abs(D(repr(item.balance)) - exact), D("0.02"))
            return
        lines = tuple(Line(role, amount) for (role, _t), amount in amounts.items())
        posting = Posting("golden", 1, "accrue", lines, self.today)
        wanted = converted(posting, rate, own.decimal_places)
        for (role, _type), _amount in amounts.items():
            account = self._account_of(player, role)
            of_role = items.filtered(lambda one, held=account: one.account_id == held)
            balance = sum(of_role.mapped("balance"))
            self.assertFalse(
                own.compare_amounts(balance, float(wanted.balance(role))), role
            )

    def _check_tax(self, player, moves, amounts):
        """Check that tax stands on its account, and its base on documents only."""
        Terms = self.env["logistics.freight.terms"]
        tax = Terms._for(self.company, player.carrier).tax_id
        taxed = moves.line_ids.filtered("tax_repartition_line_id")
        bases = moves.line_ids.filtered("tax_ids")
        if not any(role == "recoverable_tax" for role, _type in amounts):
            self.assertFalse(taxed | bases)
            return
        self.assertEqual((taxed.account_id, taxed.tax_line_id), (self.input_tax, tax))
        if not moves[0].is_invoice():
            self.assertFalse(bases)
            return
        self.assertEqual(bases.tax_ids, tax)
        net = sum(
            amount
            for (role, _type), amount in amounts.items()
            if role not in OF_DOCUMENT
        )
        self.assertFalse(
            moves.currency_id.compare_amounts(
                sum(bases.mapped("amount_currency")), float(net)
            )
        )
