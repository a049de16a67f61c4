"""What a customer may see and do of a return: decided here and nowhere else."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.logistics_events import ledger

from .. import return_photo, return_words

# Nothing was asked of the customer: the goods never reached them.
UNDELIVERED = ("to_sender", "lost")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    photo_ids = fields.Many2many(
        "ir.attachment",
        "logistics_return_photo_rel",
        string="Customer's Photos",
        readonly=True,
        copy=False,
        help="Pictures the customer sent; the customer sees them, too.",
    )
    label_ids = fields.Many2many(
        "ir.attachment",
        "logistics_return_label_rel",
        string="Labels for the Way Back",
        copy=False,
        help="What the customer can print on the portal: files of this return.",
    )
    portal_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The form on which the customer announced it; sent twice it is one.",
    )
    link_ids = fields.One2many("logistics.return.link", "return_id", string="Links")
    public_url = fields.Char(
        string="Customer's Link",
        compute="_compute_public_url",
        help="The page on which the customer follows the return without an account.",
    )
    public_status = fields.Char(
        string="Customer Reads",
        compute="_compute_public_status",
        help="The status as the customer sees it, on the portal and in mails.",
    )
    public_sentence = fields.Char(
        string="Customer Is Told", compute="_compute_public_status"
    )
    customer_reference = fields.Char(
        string="Customer's Reference", compute="_compute_customer_reference"
    )

    _portal_key_uniq = models.UniqueIndex("(portal_key) WHERE portal_key IS NOT NULL")

    @api.depends("link_ids.withdrawn_at", "state")
    def _compute_public_url(self):
        links = self.env["logistics.return.link"]._live(self)
        for one in self:
            link = links.get(one.id)
            one.public_url = link._url() if link else False

    @api.depends("state", "kind", "replacement")
    @api.depends_context("lang")
    def _compute_public_status(self):
        for one in self:
            one.public_status = str(return_words.word(one.state))
            one.public_sentence = one._public_sentence()

    @api.depends("order_ids.name")
    def _compute_customer_reference(self):
        for one in self:
            names = one.sudo().order_ids.mapped("name")
            one.customer_reference = ", ".join(names) or one.name

    # === ACTIONS === #

    def action_make_link(self):
        """Make the link with which the customer follows the return."""
        self.check_access("write")
        self.env["logistics.return.link"]._ensure(self)
        self.invalidate_recordset(["link_ids"], flush=False)

    def action_withdraw_link(self):
        """Make the link useless; another one can be made."""
        self.check_access("write")
        links = self.env["logistics.return.link"]._live(self)
        for link in links.values():
            link._withdraw()
        self.invalidate_recordset(["link_ids"], flush=False)

    # === BUSINESS METHODS === #

    @api.model
    def _portal_domain(self, user):
        """Return the domain of the returns that somebody sees on the portal.

        Those of their own company. Where returns on the portal are off, only what they
        announced while it was on.

        :param res.users user: The customer.
        :rtype: odoo.fields.Domain
        """
        user_sudo = user.sudo()
        return (
            Domain("partner_id", "child_of", user_sudo.commercial_partner_id.id)
            & Domain("company_id", "in", user_sudo.company_ids.ids)
            & (
                Domain("company_id.logistics_return_portal_days", ">", 0)
                | Domain("origin", "=", "portal")
            )
        )

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Override of `portal`: no token opens what colleagues write to each other."""
        for name in ("hash", "pid", "token"):
            kwargs.pop(name, None)
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _public_rows(self):
        """Return what a list of returns shows to their customer.

        :return: For each return `id`, `name`, `reference`, `status`, `tone` and
            `asked` (the day, as text).
        :rtype: list[dict]
        """
        return [one._public_row() for one in self]

    def _public_row(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "reference": self.customer_reference,
            "status": str(return_words.word(self.state)),
            "tone": return_words.tone(self.state),
            "asked": self._public_day(self.create_date),
        }

    def _public_values(self, signed_in=False):
        """Return what the page of one return shows to its customer.

        Texts and plain values only: the template gets no record.

        :param bool signed_in: Whether the reader has an account; somebody with the
            link alone gets no label, photos or documents and changes nothing.
        :return: The keys of `_public_row()`, and `sentence`, `deadline`, `goods`,
            `parcels`, `labels`, `photos`, `credits`, `steps` (keys), `next` (words),
            `contact` and `photos_left`.
        :rtype: dict
        """
        self.ensure_one()
        parcels = self._public_parcels()
        labels = self._public_labels() if signed_in else []
        credits_ = self._public_credits() if signed_in else []
        steps = self._public_steps(labels, parcels, credits_)
        if not signed_in:
            steps = [one for one in steps if one not in ("withdraw", "add_photos")]
        shown = "label_sent" if self.state == "approved" and labels else self.state
        return self._public_row() | {
            "sentence": self._public_sentence(shown),
            "deadline": self._public_deadline(),
            "goods": self._public_goods(),
            "parcels": parcels,
            "labels": labels if "print_label" in steps else [],
            "photos": self._own_files("photo_ids").ids if signed_in else [],
            "photos_left": max(return_photo.MOST - len(self.photo_ids), 0),
            "credits": credits_,
            "steps": steps,
            "next": [str(return_words.STEPS[step]) for step in steps],
            "contact": self.company_id.email or "",
        }

    def _public_sentence(self, state=None):
        """Return in a sentence what the status means to the customer."""
        self.ensure_one()
        return str(
            return_words.sentence(
                state or self.state,
                undelivered=self.kind in UNDELIVERED,
                replaced=self.replacement == "replace",
            )
        )

    def _public_steps(self, labels, parcels, credits_):
        """Return what the customer can do now, keys of `return_words.STEPS`."""
        return list(
            return_words.next_steps(
                self.state,
                undelivered=self.kind in UNDELIVERED,
                label=bool(labels),
                tracking=bool(parcels),
                credit=bool(credits_),
                expected=any(line.expected_quantity > 0 for line in self.line_ids),
            )
        )

    def _public_deadline(self):
        """Return by when the goods should come, while they are still to come."""
        coming = self.state in ("approved", "label_sent")
        return self._day_text(self.deadline) if coming and self.deadline else ""

    def _public_goods(self):
        rows = []
        for line in self.line_ids.filtered("quantity"):
            product = line.product_id.with_context(display_default_code=False)
            rows.append(
                {
                    "name": product.display_name,
                    "lot": line.lot_id.name or "",
                    "quantity": ledger.as_text(line.quantity),
                    "unit": line.uom_id.name,
                }
            )
        return rows

    def _public_parcels(self):
        """Return the parcels in which the goods come back."""
        shipments = self.shipment_ids.filtered(lambda one: one._is_told_to_customers())
        allowed = shipments._told_events()
        return [
            parcel
            for shipment in shipments
            for parcel in shipment._public_parcels(allowed[shipment.id])
        ]

    def _public_labels(self):
        """Return the labels that the customer may print: `id` and `name`."""
        return [
            {"id": label.id, "name": label.name}
            for label in self._own_files("label_ids")
        ]

    def _own_files(self, name):
        """Return the files of a field that are attached to this return and to no other.

        :param str name: `photo_ids` or `label_ids`.
        :rtype: ir.attachment
        """
        self.ensure_one()
        return self[name].filtered(
            lambda file: file.res_model == self._name and file.res_id == self.id
        )

    def _public_credits(self):
        """Return the posted credit notes that the reader's own rights open."""
        notes = self._posted_credit_notes()
        return [
            {"id": note.id, "name": note.name}
            for note in notes.sudo(False)._filtered_access("read").sudo()
        ]

    def _posted_credit_notes(self):
        """Return the posted credit notes by which the return was credited.

        :rtype: account.move
        """
        self.ensure_one()
        demands = self.env["logistics.credit.demand"].search(
            [("cause", "=", "return"), ("key", "=", f"return/{self.id}")]
        )
        steps = self.env["logistics.effect"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", demands.sale_line_id.order_id.ids),
                ("action", "=", "credit"),
                ("key", "in", [f"line/{line.id}" for line in demands.sale_line_id]),
                ("state", "=", "done"),
            ]
        )
        return steps.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )

    def _public_day(self, moment):
        """Return the day of an instant at the company, as text."""
        zone = self.company_id.partner_id.tz or "UTC"
        clock = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return self._day_text(clock.date())

    def _day_text(self, day):
        return format_date(self.env, day) if day else ""

    # === WHAT CUSTOMERS DO === #

    def _withdraw_by_customer(self):
        """Withdraw the return on the customer's word; twice is once.

        :raise UserError: When it is too late.
        """
        self.ensure_one()
        one = self.sudo()
        one._lock()
        one.invalidate_recordset(["state"])
        ends = one.fact_ids.filtered(lambda fact: fact.kind in ("withdrawn", "closed"))
        if one.state == "closed" and ends:
            return
        if "withdraw" not in one._public_steps([], [], []):
            raise UserError(
                self.env._(
                    "This return cannot be withdrawn any more. Please contact us."
                )
            )
        turn = len(one.fact_ids.filtered(lambda fact: fact.kind == "reopened"))
        one._say("withdrawn", f"portal/{turn}", at=one._answer_time())

    def _add_photos_by_customer(self, contents):
        """Add pictures of the customer, while the goods are not under way.

        :param list[bytes] contents: The files as they came.
        :raise UserError: With what is wrong with them, or when it is too late.
        """
        self.ensure_one()
        one = self.sudo()
        one._lock()
        if "add_photos" not in one._public_steps([], [], []):
            raise UserError(self.env._("Photos cannot be added any more."))
        pictures = self._clean_photos(contents, known=len(one.photo_ids))
        if not pictures:
            raise UserError(self.env._("Please choose a photo first."))
        one._add_photos(pictures)


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _public_values(self, signed_in=False):
        """Override: somebody with an account may send back what came.

        :return: With `returns`, the orders of which goods may come back: `name`, `url`.
        :rtype: dict
        """
        values = super()._public_values(signed_in=signed_in)
        orders = self.sale_order_ids if signed_in and self._brought_goods() else []
        values["returns"] = [
            {"name": order.name, "url": f"{url}?shipment={self.id}"}
            for order in orders
            if (url := order._logistics_return_url(self.env.user))
        ]
        return values

    def _brought_goods(self):
        self.ensure_one()
        return self.direction in ("outgoing", "dropship")
