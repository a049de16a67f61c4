from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ERASER_GROUP = "logistics_events.logistics_events_group_manager"
# What a person fills in before anything is erased.
_TYPED = frozenset({"partner_id", "reason", "company_id"})


class LogisticsErasure(models.Model):
    """One time personal data was erased: for whom, how much, by whom, what stayed.

    A person asks for one of a customer and sees what it would erase first; the job
    leaves one for each company and run.
    """

    _name = "logistics.erasure"
    _description = "Erasure of Personal Data"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("schedule", "On Schedule"), ("person", "For One Person")],
        required=True,
        readonly=True,
        default="person",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Person", ondelete="set null", index="btree_not_null"
    )
    reason = fields.Char(
        string="Asked For By", help="For example the date of the letter."
    )
    state = fields.Selection(
        [("draft", "Not Erased Yet"), ("done", "Erased")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    event_count = fields.Integer(string="Tracking Events", readonly=True, copy=False)
    proof_count = fields.Integer(string="Proofs", readonly=True, copy=False)
    kept_count = fields.Integer(
        string="Kept",
        readonly=True,
        copy=False,
        help="What an open matter or a document still relies on: it is erased by the "
        "job once it is free, or by asking again.",
    )
    counted_at = fields.Datetime(string="Counted On", readonly=True, copy=False)
    done_at = fields.Datetime(string="Erased On", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", string="Erased By", readonly=True, copy=False
    )

    @api.depends("partner_id", "kind", "done_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for erasure in self:
            day = fields.Date.to_string(erasure.done_at) if erasure.done_at else ""
            erasure.display_name = " ".join(
                part
                for part in (erasure.partner_id.name or kinds[erasure.kind], day)
                if part
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: what was erased is not typed."""
        for vals in vals_list:
            self._check_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: what was erased is not typed, and the log stays."""
        self._check_typed(vals)
        if {"partner_id", "company_id"} & vals.keys():
            # What was counted was somebody else's.
            vals = vals | {"counted_at": False}
        return super().write(vals)

    def _check_typed(self, vals):
        typed = set(vals) - _TYPED
        if not self.env.su and (typed or any(line.state == "done" for line in self)):
            raise AccessError(
                self.env._("What was erased is not typed: use the buttons.")
            )

    # === ACTIONS === #

    def action_count(self):
        """Count what would be erased, and erase nothing."""
        self._check_ready()
        for erasure in self.sudo():
            counts = erasure._work(True)
            erasure.write(
                erasure._prepare_counts(counts) | {"counted_at": fields.Datetime.now()}
            )

    def action_erase(self):
        """Erase what is free; nothing brings it back.

        :raise UserError: When it was not counted first, or is done.
        """
        self._check_ready()
        if any(not erasure.counted_at for erasure in self):
            raise UserError(self.env._("Count first what would be erased."))
        for erasure in self.sudo():
            erasure._close(erasure._work(False))

    def _check_ready(self):
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(ERASER_GROUP)):
            raise AccessError(self.env._("Only logistics managers erase."))
        if any(erasure.state == "done" for erasure in self):
            raise UserError(self.env._("This is done; nothing brings it back."))
        if any(erasure.kind == "person" and not erasure.partner_id for erasure in self):
            raise UserError(self.env._("Say who is to be forgotten."))

    # === BUSINESS METHODS === #

    def _close(self, counts):
        """Note what was erased.

        :param counts: Mapping of counting field to number.
        """
        self.write(
            self._prepare_counts(counts)
            | {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )

    def _prepare_counts(self, counts):
        names = [*(name for name, _walk in self._steps()), "kept_count"]
        return {name: counts[name] for name in names}
