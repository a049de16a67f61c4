"""What people decide about bills: whose they are, genuine or duplicate, refused."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .bill_intake import Whose


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    is_asked = fields.Boolean(
        compute="_compute_is_asked",
        string="Waits for a Second Person",
        help="Somebody says it is genuine; a colleague has to agree.",
    )
    refuse_reason = fields.Char(string="Refused Because", readonly=True)
    editor_ids = fields.Many2many(
        "res.users",
        "logistics_freight_bill_editor_rel",
        "bill_id",
        "user_id",
        string="Edited By",
        readonly=True,
        copy=False,
        help="Who said whose bill it is, what its lines are about, or what of it is "
        "accepted. They cannot agree to it.",
    )
    comparison = fields.Html(compute="_compute_comparison", sanitize=False)

    @api.depends("state", "is_genuine")
    def _compute_is_asked(self):
        steps = (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("action", "=", "accept_bill"),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )
        asked = set(steps.mapped("res_id"))
        for bill in self:
            bill.is_asked = bill.id in asked

    @api.depends("state", "duplicate_of_id")
    @api.depends_context("lang", "uid")
    def _compute_comparison(self):
        for bill in self:
            first = bill.duplicate_of_id
            if not first:
                bill.comparison = False
                continue
            bill.comparison = self.env["ir.qweb"]._render(
                "logistics_freight_accrual.bill_comparison",
                {
                    "bill": bill,
                    "first": first.sudo(),
                    "may_see": first.has_access("read"),
                    "rows": bill._compared_with(first),
                },
            )

    def _compared_with(self, first):
        """Return what two bills say, side by side.

        :param logistics.freight.bill first: The earlier one.
        :return: Label, what this one says, what the earlier one says, whether they
            differ.
        :rtype: list[dict]
        """
        self.ensure_one()
        rows = []
        for name in (
            *("number", "kind", "account", "issued", "due", "original", "interchange"),
            *("layout", "currency_id", "net_amount", "tax_amount", "total_amount"),
            *("line_count", "received_at", "file_ids"),
        ):
            field = self._fields[name]
            mine, other = (bill.sudo()._in_words(name) for bill in (self, first))
            if mine or other:
                rows.append(
                    {
                        "label": field.get_description(self.env)["string"],
                        "mine": mine,
                        "other": other,
                        "differs": mine != other,
                    }
                )
        return rows + self._parcels_compared_with(first)

    def _in_words(self, name):
        """Return the value of a field as a person reads it.

        :rtype: str
        """
        self.ensure_one()
        field, value = self._fields[name], self[name]
        if field.type == "monetary":
            return str(self._exact(value))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value) if value else ""
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        return field.convert_to_display_name(value, self) if value else ""

    def _parcels_compared_with(self, first, most=20):
        """Return the parcels whose sums differ, at most so many."""
        sums = [bill.sudo()._sums_by_parcel() for bill in (self, first)]
        numbers = sorted(set(sums[0]) | set(sums[1]))
        rows = [
            {
                "label": number or self.env._("Without a tracking number"),
                "mine": str(sums[0].get(number, "")),
                "other": str(sums[1].get(number, "")),
                "differs": True,
            }
            for number in numbers
            if sums[0].get(number) != sums[1].get(number)
        ]
        return rows[:most]

    def _sums_by_parcel(self):
        """Return by tracking number what the bill charges.

        :rtype: dict[str, Decimal]
        """
        self.ensure_one()
        sums = {}
        for line in self.line_ids:
            number = line.tracking_key or ""
            sums[number] = sums.get(number, 0) + self._exact(line.amount)
        return sums

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: once a person says whose a bill is, it goes on."""
        result = super().write(vals)
        if vals.get("carrier_id") and not self.env.su:
            self._note_editor()
            self._carrier_chosen()
        return result

    def _carrier_chosen(self):
        """Take bills up anew with the carrier that a person chose."""
        Terms = self.env["logistics.freight.terms"]
        bills = self.sudo()
        # Among the bills of that carrier they are the last ones.
        bills.write({"turn": 0, "state": "new"})
        for bill in bills:
            terms = Terms._for(bill.company_id, bill.carrier_id)
            bill._settle_carrier(
                Whose(bill.company_id, bill.carrier_id, terms, bill.currency_id)
            )
        bills._go_on()

    # === ACTIONS === #

    def action_check(self):
        """Look for duplicates, match and audit once more."""
        self._check_finance()
        for bill in self:
            if bill.is_reading or not bill.carrier_id:
                raise UserError(
                    self.env._(
                        "%s: it is not read completely, or its carrier is not known.",
                        bill.number,
                    )
                )
        self.sudo()._go_on()
        return True

    def action_view_original(self):
        """Open the earlier bill it repeats or follows."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.duplicate_of_id.id,
            "view_mode": "form",
        }

    def action_genuine_dialog(self):
        """Ask why a stopped bill is genuine."""
        self._check_stopped()
        return self.env["logistics.reason"]._dialog("bill_genuine", self)

    def action_genuine(self, reason=None):
        """Say that a stopped bill is no duplicate; a second person has to agree.

        :param str reason: Why.
        :raise UserError: Without a reason, or when it is not stopped or asked already.
        """
        self._check_stopped()
        self._check_reason(reason)
        Effect = self.env["logistics.effect"].sudo()
        for bill in self:
            if bill.is_asked:
                raise UserError(
                    self.env._("%s waits for a second person already.", bill.number)
                )
            asked = Effect.search_count(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", bill.id),
                    ("action", "=", "accept_bill"),
                ]
            )
            Effect._desire(
                [
                    {
                        "company": bill.company_id,
                        "record": bill.sudo(),
                        "action": "accept_bill",
                        # What was refused once may be asked for once more.
                        "key": f"genuine:{asked + 1}",
                        "desired": 1,
                        "amount": abs(bill.total_amount),
                        "currency": bill.currency_id,
                        "approvers": 1,
                        "force_mode": "on",
                        "inputs": {
                            "reason": reason.strip(),
                            "bill": bill.display_name,
                            "repeats": bill.duplicate_of_id.sudo().number or "",
                        },
                    }
                ]
            )
            bill.sudo().message_post(
                body=self.env._("Said to be genuine: %s", reason.strip())
            )
        self.invalidate_recordset(["is_asked"])
        return True

    def action_duplicate_dialog(self):
        """Ask for a word about a duplicate before it is refused."""
        self._check_stopped()
        return self.env["logistics.reason"]._dialog("bill_duplicate", self)

    def action_duplicate(self, reason=None):
        """Refuse a stopped bill, keep it, and draft the reply to the carrier.

        :param str reason: What there is to say.
        :return: The window with the mail, for one bill; nothing is sent before a
            person sends it.
        """
        self._check_stopped()
        self._check_reason(reason)
        self.sudo()._refuse(reason.strip())
        return self.action_reply() if len(self) == 1 else True

    def action_reply(self):
        """Open the mail that tells the carrier of the duplicate."""
        self.ensure_one()
        self._check_finance()
        template = self.env.ref("logistics_freight_accrual.mail_template_duplicate")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply to the Carrier"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }

    def _note_editor(self):
        """Keep that the user decided something about the bills."""
        for bill in self.sudo():
            if self.env.user not in bill.editor_ids:
                bill.editor_ids |= self.env.user

    def _check_stopped(self):
        """Check that the bills are stopped and the user may decide about them.

        :raise UserError: When one is not stopped.
        """
        self._check_finance()
        for bill in self:
            if bill.state != "stopped":
                raise UserError(self.env._("%s is not stopped.", bill.number))

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))

    # === BUSINESS METHODS === #

    def _accept(self, reason):
        """Let stopped bills go on that two people called genuine.

        :param str reason: Why, as the first of them said.
        """
        stopped = self.filtered(lambda bill: bill.state == "stopped")
        stopped.write({"is_genuine": True, "state": "new"})
        for bill in stopped:
            bill.message_post(body=self.env._("Accepted as genuine: %s", reason))
            self.env["logistics.exception"]._solve(
                "duplicate_document",
                bill,
                self.env._("Accepted as genuine: %s", reason),
            )
        stopped._go_on()


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _selection_action(self):
        """Override of `logistics_events`: a stopped bill can be accepted."""
        return [
            *super()._selection_action(),
            ("accept_bill", self.env._("Accept a Bill as Genuine")),
        ]

    def _run_accept_bill(self):
        """Let the bills go on that two people called genuine."""
        Bill = self.env["logistics.freight.bill"].sudo()
        for step in self:
            Bill.browse(step.res_id)._accept((step.inputs or {}).get("reason", ""))
        self._mark_done()

    def _subject_of_key(self):
        """Override of `logistics_events` to name the bill."""
        self.ensure_one()
        if self.action == "accept_bill":
            return (self.inputs or {}).get("bill") or self.key
        return super()._subject_of_key()

    def _inputs_in_words(self):
        """Override of `logistics_events` to say which bill repeats which."""
        words, inputs = super()._inputs_in_words(), self.inputs or {}
        if self.action != "accept_bill":
            return words
        return [
            *words,
            (self.env._("Carrier Bill"), inputs.get("bill")),
            (self.env._("Repeats"), inputs.get("repeats")),
        ]

    def _askers(self):
        """Override of `logistics_events`: who brought a bill in does not agree."""
        askers = super()._askers()
        if self.action == "accept_bill":
            bill = self.env["logistics.freight.bill"].sudo().browse(self.res_id)
            people = bill.create_uid | bill.file_ids.user_id | bill.editor_ids
            # One that was typed in Odoo: whoever typed it.
            people |= bill.move_id.create_uid | bill.move_id.write_uid
            askers |= people.filtered(lambda user: user.active and not user.share)
        return askers
