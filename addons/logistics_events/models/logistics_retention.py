"""How long what is kept is kept: what is due, what is held back, what is erased."""

from collections import Counter

from odoo import api, fields, models

BATCH_SIZE = 500
BLANK = "***"

# What somebody still works on or has said to keep; %(documents)s adds what proves a
# document that the books must be able to prove.
_HELD = """
    SELECT s.id FROM logistics_shipment s
      JOIN res_company c ON c.id = s.company_id
     WHERE s.id = ANY(%(shipments)s) AND (
           s.is_evidence OR c.logistics_legal_hold OR s.money_hold
        OR EXISTS (SELECT FROM logistics_exception x
                    WHERE x.shipment_id = s.id AND x.state IN ('open', 'snoozed'))
        OR EXISTS (SELECT FROM logistics_claim k
                    WHERE k.shipment_id = s.id AND k.state = 'open')
        OR EXISTS (SELECT FROM logistics_effect e
                    WHERE e.shipment_id = s.id AND NOT e.observed
                      AND e.state IN ('waiting', 'failed'))
        OR %(documents)s AND EXISTS (
           SELECT FROM logistics_effect e
             JOIN logistics_effect_account_line_rel r ON r.effect_id = e.id
             JOIN account_move_line l ON l.id = r.line_id
            WHERE l.date > %(today)s
                          - make_interval(years => c.logistics_document_years)
              AND (e.shipment_id = s.id OR e.order_id IN (
                   SELECT o.order_id FROM logistics_shipment_picking p
                     JOIN stock_move m ON m.picking_id = p.picking_id
                     JOIN sale_order_line o ON o.id = m.sale_line_id
                    WHERE p.shipment_id = s.id))))
"""
# Of events that may name a person, in free text, too; the place of a delivery is
# shortened to its town.
_DUE_EVENTS = """
    SELECT e.id, array_agg(l.shipment_id) FILTER (WHERE l.shipment_id IS NOT NULL)
      FROM (SELECT id FROM logistics_event
             WHERE company_id = %(company)s AND id > %(after)s AND masked_at IS NULL
               AND (signer IS NOT NULL OR documents IS NOT NULL
                    OR raw_text IS NOT NULL) AND {which}
             ORDER BY id LIMIT %(limit)s) e
      LEFT JOIN logistics_event_link l ON l.event_id = e.id AND l.is_current
     GROUP BY e.id ORDER BY e.id
"""
_MASK_EVENTS = """
    UPDATE logistics_event
       SET masked_at = %(now)s, documents = NULL,
           signer = CASE WHEN signer IS NOT NULL THEN %(blank)s END,
           raw_text = CASE WHEN raw_text IS NOT NULL THEN %(blank)s END,
           location = (SELECT jsonb_object_agg(key, value) FROM jsonb_each(location)
                        WHERE key IN ('city', 'state', 'country'))
     WHERE id = ANY(%(ids)s)
"""
_DUE_PROOFS = """
    SELECT id, ARRAY[shipment_id] FROM logistics_proof
     WHERE company_id = %(company)s AND id > %(after)s AND erased_at IS NULL
       AND {which} ORDER BY id LIMIT %(limit)s
"""
_SHIPMENTS_OF = """
    SELECT DISTINCT l.shipment_id FROM logistics_shipment_picking l
      JOIN stock_picking p ON p.id = l.picking_id
     WHERE p.company_id = %(company)s AND p.partner_id = ANY(%(partners)s)
     UNION
    SELECT id FROM logistics_shipment
     WHERE direction = 'return' AND company_id = %(company)s
       AND partner_id = ANY(%(partners)s)
"""


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_personal_days = fields.Integer(
        string="Keep Personal Data (days)",
        groups="base.group_user",
        help="Names, signatures and photos are blanked so long after the delivery was "
        "told; 0 keeps them.",
    )
    logistics_document_years = fields.Integer(
        string="Evidence of Documents (years)",
        groups="base.group_user",
        default=10,
        help="What proves an invoice or an entry is kept so long, whatever else is "
        "due.",
    )
    logistics_legal_hold = fields.Boolean(
        string="Erase Nothing",
        groups="base.group_user",
        help="Stops all erasure in this company at once.",
    )

    _logistics_personal_days_positive = models.Constraint(
        "CHECK (logistics_personal_days >= 0)", "Days cannot be negative."
    )
    _logistics_document_years_positive = models.Constraint(
        "CHECK (logistics_document_years >= 0)", "Years cannot be negative."
    )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    is_evidence = fields.Boolean(
        string="Keep as Evidence",
        copy=False,
        tracking=True,
        groups="logistics_events.logistics_events_group_manager,"
        "logistics_events.logistics_events_group_auditor",
        help="Nothing about this shipment is erased while this is ticked.",
    )


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    masked_at = fields.Datetime(string="Blanked On")

    _masking_idx = models.Index(
        "(company_id, id) WHERE masked_at IS NULL "
        "AND (signer IS NOT NULL OR documents IS NOT NULL OR raw_text IS NOT NULL)"
    )


class LogisticsErasure(models.Model):
    _inherit = "logistics.erasure"

    # === WHAT IS DUE === #

    @api.model
    def _company_days(self, company):
        """Return the longest and shortest times after which something is due.

        :return: Days, those that are set.
        :rtype: list[int]
        """
        return [days for days in (company.logistics_personal_days,) if days]

    def _steps(self):
        """Return what is erased, one entry per kind of record.

        :return: Pairs of the counting field and the method that walks the records.
        :rtype: list[tuple[str, callable]]
        """
        return [("event_count", self._walk_events), ("proof_count", self._walk_proofs)]

    def _walk_events(self, work):
        self._walk(
            work,
            "event_count",
            _DUE_EVENTS,
            {
                "schedule": "stored_at < %(limit_at)s",
                "person": "id IN (SELECT event_id FROM logistics_event_link "
                "WHERE is_current AND shipment_id = ANY(%(shipments)s))",
            },
            self.company_id.logistics_personal_days,
            self._mask_events,
            documents=False,
        )

    def _walk_proofs(self, work):
        self._walk(
            work,
            "proof_count",
            _DUE_PROOFS,
            {
                "schedule": "proof_at < %(limit_at)s",
                "person": "shipment_id = ANY(%(shipments)s)",
            },
            self.company_id.logistics_personal_days,
            self._erase_proofs,
        )

    # === WALKING === #

    def _work(self, dry, between=None):
        """Go through all that is due.

        :param bool dry: Only count.
        :param callable between: Called with the number of records after each batch;
            when it returns 0 the rest waits for the next time.
        :return: How many records by counting field, `kept_count` being those that
            something relies on.
        :rtype: collections.Counter
        """
        self.ensure_one()
        self.env.flush_all()
        work = _Work(dry, between or (lambda count: 1), self._shipments_concerned())
        if not self.company_id.logistics_legal_hold:
            for _name, walk in self._steps():
                walk(work)
        self.env.invalidate_all()
        return work.counts

    def _shipments_concerned(self):
        if self.kind != "person":
            return []
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        found = partners.search([("id", "child_of", self.partner_id.ids)])
        self.env.cr.execute(
            _SHIPMENTS_OF,
            {"company": self.company_id.id, "partners": found.ids},
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _walk(self, work, name, statement, which, days, erase, documents=True):
        """Erase or count one kind of record, batch by batch.

        :param str statement: Selects ids with the shipments they are about.
        :param dict which: What tells the due ones apart, by kind of erasure.
        :param int days: After how many days they are due by schedule; 0: never.
        :param callable erase: Takes ids.
        :param bool documents: Whether they are evidence for documents.
        """
        if self.kind == "schedule" and not days:
            return
        now = fields.Datetime.now()
        values = {
            "company": self.company_id.id,
            "shipments": work.shipments,
            "limit_at": fields.Datetime.subtract(now, days=days),
            "limit": BATCH_SIZE,
            "after": 0,
        }
        statement = statement.format(which=which[self.kind])
        while not work.is_over:
            self.env.cr.execute(statement, values)
            rows = self.env.cr.fetchall()
            if not rows:
                break
            values["after"] = rows[-1][0]
            held = self._held({key for row in rows for key in row[1] or ()}, documents)
            free = [row[0] for row in rows if not held & set(row[1] or ())]
            work.counts[name] += len(free)
            work.counts["kept_count"] += len(rows) - len(free)
            if free and not work.dry:
                erase(free)
                work.is_over = not work.between(len(free))

    @api.model
    def _held(self, shipment_ids, documents=True):
        """Return those shipments of which nothing may be erased now.

        :param bool documents: Whether evidence for documents is asked about.
        :rtype: set[int]
        """
        if not shipment_ids:
            return set()
        self.env.cr.execute(
            _HELD,
            {
                "shipments": sorted(shipment_ids),
                "documents": documents,
                "today": fields.Date.today(),
            },
        )
        return {row[0] for row in self.env.cr.fetchall()}

    # === ERASING === #

    def _mask_events(self, ids):
        """Blank what events say about people; key and hash stay as they were told."""
        self.env.cr.execute(
            _MASK_EVENTS, {"ids": ids, "now": fields.Datetime.now(), "blank": BLANK}
        )

    def _erase_proofs(self, ids):
        """Remove documents and names of proofs; their hashes stay."""
        self.env["logistics.proof"].sudo().browse(ids).write(
            {
                "signer": BLANK,
                "document": False,
                "document_name": False,
                "erased_at": fields.Datetime.now(),
            }
        )

    @api.model
    def _cron_erase(self):
        """Erase what is due in each company, and leave one line each about it."""
        Cron = self.env["ir.cron"]
        companies = self.env["res.company"].search(
            [("logistics_legal_hold", "=", False)]
        )
        companies = companies.filtered(self._company_days)
        Cron._commit_progress(remaining=len(companies))
        for company in companies:
            erasure = self.create({"company_id": company.id, "kind": "schedule"})
            counts = erasure._work(False, lambda _count: Cron._commit_progress())
            if any(counts[name] for name, _walk in erasure._steps()):
                erasure._close(counts)
            else:
                erasure.unlink()
            if not Cron._commit_progress(1):
                break


class _Work:
    """One walk through what is due."""

    def __init__(self, dry, between, shipments):
        self.dry = dry
        self.between = between
        self.shipments = shipments
        self.counts = Counter()
        self.is_over = False
