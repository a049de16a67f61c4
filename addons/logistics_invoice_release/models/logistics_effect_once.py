"""What a step has done outside, once: a mail that leaves, money that is taken.

The claim is kept and committed before anybody outside is asked. If the server dies
after that, it counts as perhaps done: a person looks, and nothing is done twice.
"""

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted

KINDS = ("send", "capture")


class LogisticsEffectOnce(models.AbstractModel):
    """One kind of what is done outside; the step itself says how far it is.

    Its name ends in its key: `logistics.effect.send` is kept in `send_state` of the
    step, which is "due" or "failed" for every kind, or one of the two named here.
    """

    _name = "logistics.effect.once"
    _description = "Done Outside Once"

    _key = None
    _claimed = None
    _done = None
    _cron = None  # Its record, in this addon.

    def _do(self, step):
        """Do it for a step that is claimed.

        :return: What went wrong, in sentences.
        :rtype: list[str]
        """
        raise NotImplementedError

    def _text_cut_off(self, documents):
        """Say that nobody knows whether it was done.

        :param str documents: The names of the documents it is about.
        :rtype: str
        """
        raise NotImplementedError

    @api.model
    def _ask(self, steps):
        """Have it done for some steps, as soon as this transaction is over."""
        self._set(steps, "due")
        cron = self.env.ref(f"logistics_invoice_release.{self._cron}", False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _run(self):
        """Do it for the steps that are due, each in a transaction of its own."""
        Cron, Effect = self.env["ir.cron"], self.env["logistics.effect"]
        self._give_up()
        domain = [
            (f"{self._key}_state", "=", "due"),
            ("state", "=", "done"),
            ("company_id", "not in", self.env["logistics.action.mode"]._stopped().ids),
        ]
        Cron._commit_progress(remaining=Effect.search_count(domain))
        while steps := Effect.search(domain, limit=100, order="id"):
            step = steps.try_lock_for_update(limit=1)
            if not step:
                break
            self._claim(step)
            # The claim is on record before anybody outside is asked.
            Cron._commit_progress(0)
            problems = self._do(step)
            if problems:
                self._fail(step, " ".join(problems))
            else:
                self._set(step, self._done)
            if not Cron._commit_progress(1):
                break

    @api.model
    def _give_up(self):
        """Ask a person about what was cut off."""
        cut_off = self.env["logistics.effect"].search(
            [(f"{self._key}_state", "=", self._claimed)]
        )
        for step in cut_off.try_lock_for_update():
            documents = ", ".join(step.line_ids.move_id.mapped("display_name"))
            self._fail(step, self._text_cut_off(documents))

    @api.model
    def _claim(self, step):
        """Keep that it is done now, so that nobody ever does it by itself again."""
        self._set(step, self._claimed)

    @api.model
    def _fail(self, step, text):
        self._set(step, "failed")
        self.env["logistics.exception"]._open(
            "action_failed",
            step,
            text,
            shipment=step.shipment_id,
            order=step.order_id,
            effect=step,
            key=self._key,
        )

    @api.model
    def _is_about(self, exception):
        """Whether an exception says that it was not done."""
        step = exception.effect_id
        return (
            exception.category == "action_failed"
            and step[f"{self._key}_state"] == "failed"
            and exception.subject_key == f"{step._name},{step.id},{self._key}"
        )

    @api.model
    def _again(self, steps):
        """Do it once more, on the word of a person.

        :raise UserError: When there is no doubt that it was done.
        """
        steps.check_access("read")
        steps._check_may_decide()
        if any(step[f"{self._key}_state"] != "failed" for step in steps):
            raise UserError(self.env._("Only what was not done can be done again."))
        why = self.env._("Done again on the word of %s.", self.env.user.name)
        for step in steps.sudo():
            self.env["logistics.exception"].sudo()._solve(
                "action_failed", step, why, key=self._key
            )
        self._ask(steps)

    @api.model
    def _set(self, steps, state):
        trusted(steps.sudo()).write({f"{self._key}_state": state})


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def action_retry(self):
        """Override of `logistics_events`: what was not done outside is due again."""
        for key in KINDS:
            kind = self.env[f"logistics.effect.{key}"]
            mine = self.filtered(kind._is_about)
            if mine:
                mine.check_access("write")
                kind._again(mine.effect_id)
                self -= mine
        return super().action_retry() if self else True
