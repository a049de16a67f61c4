"""Going only when nothing is left half done."""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

OVERRIDE = "logistics_events.uninstall_anyway"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Override of `base` to refuse while actions wait to be taken.

        :raise UserError: With what is open, and how to go on.
        """
        going = self | self.downstream_dependencies()
        if "logistics_events" in going.mapped("name"):
            self.env["logistics.effect"]._check_nothing_waits()
        return super().button_uninstall()


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _check_nothing_waits(self):
        """Refuse to go while something asked for is not done.

        :raise UserError: With the number of waiting actions.
        """
        config = self.env["ir.config_parameter"].sudo()
        if config.get_param(OVERRIDE) == "True":
            return
        waiting = self.sudo().search_count(
            [("state", "in", ("waiting", "failed")), ("observed", "=", False)]
        )
        if waiting:
            raise UserError(
                self.env._(
                    "%(count)s actions wait to be taken, and their documents would "
                    "never be made. Take or refuse them first, or switch the actions "
                    "Off. To go all the same, set the system parameter %(parameter)s "
                    "to True.",
                    count=waiting,
                    parameter=OVERRIDE,
                )
            )

    def _leave_trail(self):
        """Say on the documents which actions and events made them."""
        texts = {}
        for step in self:
            why = step.event_id.display_name or step.policy_id.name or step.key
            for move in step.line_ids.move_id:
                texts.setdefault(move, []).append(f"{step.display_name}: {why}")
        for move, lines in texts.items():
            move._message_log(
                body=Markup("<br/>").join(
                    [self.env._("Made by logistics actions:"), *lines]
                )
            )
