"""Connecting a partner in one dialog: key, test, address, secret, what came in."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..signatures import REASONS
from ..verdicts import VERDICTS

SHOWN = 3
# What a button of the dialog answers.
SAID = ("title", "text", "tone", "secret")


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    test_verdict = fields.Selection(
        VERDICTS, string="Last Test", readonly=True, copy=False
    )
    test_text = fields.Char(string="Partner's Answer", readonly=True, copy=False)
    tested_at = fields.Datetime(string="Tested At", readonly=True, copy=False)
    pasted_secret = fields.Char(
        string="Signing Secret",
        compute="_compute_pasted_secret",
        inverse="_inverse_pasted_secret",
        groups="logistics_events.logistics_events_group_integration",
        help="What the partner signs its messages with. Paste it, or make one here and "
        "give it to the partner.",
    )
    made_secret = fields.Char(
        string="New Secret",
        compute="_compute_said",
        groups="logistics_events.logistics_events_group_integration",
    )
    said_title = fields.Char(compute="_compute_said")
    said_text = fields.Char(compute="_compute_said")
    said_tone = fields.Char(compute="_compute_said")
    last_delivery_ids = fields.Many2many(
        "logistics.message",
        string="Last Deliveries",
        compute="_compute_last_delivery_ids",
    )

    # === COMPUTE METHODS === #

    def _compute_pasted_secret(self):
        self.pasted_secret = False

    def _inverse_pasted_secret(self):
        self.env["logistics.connection.secret"].create(
            [
                {
                    "connection_id": connection.id,
                    "name": self.env._("Pasted"),
                    "value": connection.pasted_secret,
                }
                for connection in self
                if connection.pasted_secret
            ]
        )
        # Written, never read back: not even later in the same transaction.
        self.invalidate_recordset(["pasted_secret"])

    @api.depends_context(*(f"logistics_said_{name}" for name in SAID))
    def _compute_said(self):
        # What a button of the dialog answered: shown once, and nowhere kept.
        said = {name: self.env.context.get(f"logistics_said_{name}") for name in SAID}
        for connection in self:
            connection.made_secret = said["secret"]
            connection.said_title = said["title"]
            connection.said_text = said["text"]
            connection.said_tone = said["tone"]

    def _compute_last_delivery_ids(self):
        Message = self.env["logistics.message"]
        for connection in self:
            connection.last_delivery_ids = Message.search(
                [("connection_id", "in", connection.ids), ("channel", "=", "webhook")],
                limit=SHOWN,
            )

    @api.onchange("adapter")
    def _onchange_adapter(self):
        if not self.adapter:
            return
        adapter = self._adapter()
        if adapter._test_only():
            self.environment = "test"
        if not self.name:
            self.name = adapter._label()

    # === ACTIONS === #

    def action_setup_test(self):
        """Test the key and stay in the dialog; the answer is kept in words."""
        self.check_access("write")
        self._try_credentials()
        return self._setup_window()

    def action_setup_secret(self):
        """Make a signing secret and show it this once; deleting it undoes it."""
        window = self.action_make_secret()
        return self._setup_window(secret=window["context"]["default_value"])

    def action_setup_send(self):
        """Send a test event and stay in the dialog."""
        answer = self.action_send_test_event()["params"]
        return self._setup_window(
            title=answer["title"], text=answer["message"], tone=answer["type"]
        )

    def action_setup_refresh(self):
        """Look again at what came in."""
        self.check_access("read")
        return self._setup_window()

    # === BUSINESS METHODS === #

    def _try_credentials(self):
        """Ask the partner whether the credentials are right, and keep the answer.

        :return: Whether they are, and one sentence for a person.
        :rtype: tuple[bool, str]
        """
        self.ensure_one()
        was_paused = self.calls_paused
        verdict, text = self._adapter()._test_verdict(self.sudo())
        self.sudo().write(
            {
                "test_verdict": verdict,
                "test_text": text,
                "tested_at": fields.Datetime.now(),
            }
            | self.sudo()._note_test(verdict)
        )
        if was_paused and not self.calls_paused:
            self.sudo()._note_answering()
        return verdict == "works", text

    def _setup_window(self, **said):
        """Return the dialog, for a new connection where there is none yet.

        :param said: What the last button answered: `title`, `text`, `tone`, `secret`.
        :rtype: dict
        """
        if len(self) > 1:
            raise UserError(self.env._("One connection at a time."))
        view = self.env.ref(
            "logistics_carrier_base.logistics_connection_view_form_setup"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect a Carrier"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                "default_company_id": self.env.company.id,
                **{f"logistics_said_{name}": said.get(name, False) for name in SAID},
            },
        }


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    advice_text = fields.Char(
        string="In Words", compute="_compute_advice_text", help="And what to do."
    )

    @api.depends("state", "category", "error", "next_try_at")
    def _compute_advice_text(self):
        for message in self:
            message.advice_text = message._advice_text()

    def _advice_text(self):
        """Return what became of a message, and what a person can do about it.

        :rtype: str
        """
        self.ensure_one()
        if self.state == "rejected":
            return self._refusal_advice()
        if self.state == "dead":
            return self.env._(
                "The signature fits, and the content cannot be read: %s.",
                self.error or self.env._("no reason is known"),
            )
        if self.state == "new" and self.next_try_at:
            return self.env._(
                "The signature fits. It could not be read for now and is tried again "
                "by itself."
            )
        if self.state == "new":
            return self.env._("The signature fits. It is read in a moment.")
        return self.env._("The signature fits, and the message is read.")

    def _refusal_advice(self):
        """Return why a message was refused, and what to do about it."""
        advice = {
            "no_secret": self.env._(
                "No signing secret is live here: paste the partner's, or make one."
            ),
            "missing": self.env._(
                "The message is not signed: switch signing on at the partner, or "
                "somebody else is calling this address."
            ),
            "duplicate": self.env._(
                "A signature header stands there twice: a proxy in between may add it."
            ),
            "malformed": self.env._(
                "The signature has another form: the partner is set to another way of "
                "signing."
            ),
            "mismatch": self.env._(
                "The signature was made with another secret, or the content was "
                "changed on the way: paste the partner's secret again."
            ),
            "stale": self.env._(
                "The message was signed too long ago or in the future: compare the "
                "clocks of both servers."
            ),
        }
        for reason, error in REASONS.items():
            if self.error and self.error.startswith(error):
                return advice[reason]
        return self.env._("Refused: %s.", self.error or self.category or "")
