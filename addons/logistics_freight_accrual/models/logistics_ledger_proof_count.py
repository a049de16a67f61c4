"""How the two sides of a ledger proof are counted: by the database, not row by row.

All amounts are in company currency; a liability is positive on both sides.
"""

from odoo import models
from odoo.tools import SQL

from .money import money


class LogisticsLedgerProof(models.Model):
    _inherit = "logistics.ledger.proof"

    def _counted_anew(self, company, day, accounts, settled_before):
        """Count every posting and every journal item, each side for itself.

        :param datetime settled_before: Postings older than this are certain to be
            known; only they are where another proof may start.
        :return: `charge_amount`, `settled_amount`, `book_amount`, and `differences`
            as values of lines.
        :rtype: dict
        """
        [(charges, settled)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(accrued_own), 0), "
                "COALESCE(SUM(accrued_own) FILTER (WHERE create_date < %s), 0) "
                "FROM logistics_charge_posting "
                "WHERE company_id = %s AND posting_date <= %s",
                settled_before,
                company.id,
                day,
            )
        )
        [(books,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(-i.balance), 0) FROM account_move_line i WHERE %s",
                _on_accounts(company, day, accounts),
            )
        )
        return {
            "charge_amount": charges,
            "settled_amount": settled,
            "book_amount": books,
            "differences": self._differences(company, day, accounts),
        }

    def _counted_since(self, base, company, day, accounts):
        """Count what came or was touched since a full proof of an earlier day.

        :param logistics.ledger.proof base: Where it starts.
        :return: As `_counted_anew`; the balance of the books is what the charges say
            and every difference from it.
        :rtype: dict
        """
        [(later,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(accrued_own), 0)
                  FROM (SELECT accrued_own
                          FROM logistics_charge_posting
                         WHERE company_id = %(company)s
                           AND posting_date > %(known)s AND posting_date <= %(day)s
                         UNION ALL
                        SELECT accrued_own
                          FROM logistics_charge_posting
                         WHERE company_id = %(company)s
                           AND create_date >= %(since)s AND posting_date <= %(known)s
                       ) later
                """,
                company=company.id,
                known=base.day,
                day=day,
                since=base.settled_before,
            )
        )
        touched = self._touched(base, company, day, accounts)
        differences = self._differences(company, day, accounts, touched)
        currency = company.currency_id
        charges = money(base.settled_amount, currency) + money(later, currency)
        missing = sum(money(row["difference"], currency) for row in differences)
        return {
            "charge_amount": float(charges),
            "settled_amount": 0.0,
            "book_amount": float(charges + missing),
            "differences": differences,
        }

    def _differences(self, company, day, accounts, touched=None):
        """Return where charges and books differ, as values of lines.

        :rtype: list[dict]
        """
        currency = company.currency_id
        rows = [
            *map(_pair_row, self._pairs(company, day, accounts, touched)),
            *map(_stray_row, self._strays(company, day, accounts)),
        ]
        for row in rows:
            row["difference"] = currency.round(
                row["book_amount"] - row["charge_amount"]
            )
        return rows

    def _touched(self, base, company, day, accounts):
        """Return the SQL of the entries that may differ since a full proof."""
        return SQL(
            """
            SELECT move_id FROM logistics_charge_posting
             WHERE company_id = %(company)s
               AND posting_date > %(known)s AND posting_date <= %(day)s
             UNION
            SELECT move_id FROM logistics_charge_posting
             WHERE company_id = %(company)s AND create_date >= %(since)s
             UNION
            SELECT move_id FROM account_move_line
             WHERE account_id IN %(accounts)s AND company_id = %(company)s
               AND logistics_charge_id IS NOT NULL
               AND date > %(known)s AND date <= %(day)s
             UNION
            SELECT move_id FROM account_move_line
             WHERE company_id = %(company)s AND logistics_charge_id IS NOT NULL
               AND write_date >= %(since)s
             UNION
            SELECT move_id FROM logistics_ledger_proof_line
             WHERE proof_id = %(base)s AND move_id IS NOT NULL
            """,
            company=company.id,
            accounts=tuple(accounts.ids),
            known=base.day,
            day=day,
            since=base.settled_before,
            base=base.id,
        )

    def _pairs(self, company, day, accounts, touched=None):
        """Return the entries that say other than what is posted for a charge.

        :param SQL touched: Which entries are looked at; all of them without it.
        :return: (charge id, entry id, its name, by the charge, by the books).
        :rtype: list[tuple]
        """
        only = SQL("AND move_id IN (%s)", touched) if touched else SQL()
        return self.env.execute_query(
            SQL(
                """
                SELECT charge_id, d.move_id, m.name, booked, entered
                  FROM (SELECT COALESCE(b.charge_id, i.charge_id) AS charge_id,
                               COALESCE(b.move_id, i.move_id) AS move_id,
                               COALESCE(b.amount, 0) AS booked,
                               COALESCE(i.amount, 0) AS entered
                          FROM (SELECT charge_id, move_id, SUM(accrued_own) AS amount
                                  FROM logistics_charge_posting
                                 WHERE company_id = %(company)s
                                   AND posting_date <= %(day)s %(only)s
                                 GROUP BY charge_id, move_id) b
                          FULL JOIN
                               (SELECT i.logistics_charge_id AS charge_id, i.move_id,
                                       SUM(-i.balance) AS amount
                                  FROM account_move_line i
                                 WHERE %(on_accounts)s %(only)s
                                   AND i.logistics_charge_id IS NOT NULL
                                 GROUP BY i.logistics_charge_id, i.move_id) i
                            ON i.charge_id = b.charge_id AND i.move_id = b.move_id
                       ) d
                  LEFT JOIN account_move m ON m.id = d.move_id
                 WHERE booked <> entered
                 ORDER BY d.move_id, charge_id
                """,
                company=company.id,
                day=day,
                only=only,
                on_accounts=_on_accounts(company, day, accounts),
            )
        )

    def _strays(self, company, day, accounts):
        """Return what the books have on the account without a charge.

        :return: (entry id, its name, amount).
        :rtype: list[tuple]
        """
        return self.env.execute_query(
            SQL(
                "SELECT i.move_id, m.name, SUM(-i.balance) FROM account_move_line i "
                "JOIN account_move m ON m.id = i.move_id "
                "WHERE %s AND i.logistics_charge_id IS NULL "
                "GROUP BY i.move_id, m.name HAVING SUM(-i.balance) <> 0 "
                "ORDER BY i.move_id",
                _on_accounts(company, day, accounts),
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # What does not belong to a charge, among the many that do.
    _logistics_stray_idx = models.Index(
        "(account_id, date) WHERE logistics_charge_id IS NULL"
    )
    _logistics_touched_idx = models.Index(
        "(company_id, write_date) WHERE logistics_charge_id IS NOT NULL"
    )


class LogisticsChargePosting(models.Model):
    _inherit = "logistics.charge.posting"

    _recent_idx = models.Index("(company_id, create_date)")


def _on_accounts(company, day, accounts):
    return SQL(
        "i.account_id IN %s AND i.company_id = %s AND i.date <= %s "
        "AND i.parent_state = 'posted'",
        tuple(accounts.ids),
        company.id,
        day,
    )


def _pair_row(pair):
    charge_id, move_id, name, booked, entered = pair
    kind = "amount" if booked and entered else "gone" if booked else "unknown"
    return {
        "kind": kind,
        "charge_id": charge_id,
        "move_id": move_id,
        "move_name": name,
        "charge_amount": booked,
        "book_amount": entered,
    }


def _stray_row(stray):
    move_id, name, amount = stray
    return {
        "kind": "stray",
        "move_id": move_id,
        "move_name": name,
        "charge_amount": 0.0,
        "book_amount": amount,
    }
