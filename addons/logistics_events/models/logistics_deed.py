from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsDeedMixin(models.AbstractModel):
    """A dialog that says what a person is about to do, and with what, and does it.

    Whoever inherits it has a required selection `deed`; addons add to that, to `_deeds`
    and to `_explanations`.
    """

    _name = "logistics.deed.mixin"
    _description = "Asks Before a Deed"

    res_ids = fields.Json(required=True, readonly=True, string="Records")
    subject = fields.Char(compute="_compute_subject")
    explanation = fields.Char(compute="_compute_explanation")
    impact = fields.Text(string="What Follows", readonly=True)

    @api.depends("deed", "res_ids")
    def _compute_subject(self):
        for dialog in self:
            records = dialog._records() if dialog.deed else None
            dialog.subject = (
                ", ".join(records[:5].mapped("display_name")) if records else False
            )

    @api.depends("deed")
    def _compute_explanation(self):
        texts = self._explanations()
        for dialog in self:
            dialog.explanation = texts.get(dialog.deed, "")

    @api.model
    def _deeds(self):
        """Return what can be done: by deed the model and its method.

        The method checks the rights.

        :rtype: dict[str, tuple[str, str]]
        """
        raise NotImplementedError

    @api.model
    def _explanations(self):
        """Return what each deed does and how it is undone, as the dialog says it.

        :rtype: dict[str, str]
        """
        raise NotImplementedError

    @api.model
    def _act_of(self, deed, records):
        """Return the method that does a deed with some records.

        :rtype: Callable
        """
        return getattr(records, self._deeds()[deed][1])

    @api.model
    def _window_of(self, deed, **more):
        """Return the window that asks about a deed.

        :param str deed: A key of `_deeds`.
        :param more: What else the window is given.
        """
        titles = dict(self._fields["deed"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": titles[deed],
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        } | more

    def _records(self):
        self.ensure_one()
        model, _method = self._deeds()[self.deed]
        return self.env[model].browse(self.res_ids or []).exists()

    def _do(self, *args):
        """Do it.

        :param args: What the method is given.
        :raise UserError: When the records are gone.
        """
        records = self._records()
        if not records:
            raise UserError(self.env._("There is nothing left to do this with."))
        records.check_access("read")
        return self._act_of(self.deed, records)(*args)
