"""The set-up panel on the overview and in the settings."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .logistics_setup import PANEL


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    # === FOR THE SCREEN === #

    @api.model
    @api.readonly
    def get_tiles(self, company_ids=None):
        """Override to add the panel, as `setup`, while it is not closed."""
        found = super().get_tiles(company_ids)
        found["setup"] = self._in_companies(company_ids)._setup()
        if found["setup"]:
            # The panel says the same, and more.
            found["first_steps"] = []
        return found

    @api.model
    def open_setup_step(self, step_id, company_ids=None):
        """Return the window of a step.

        :param int step_id: The step.
        :param list[int] company_ids: Only these of the companies at work.
        :rtype: dict
        :raise AccessError: When the step is for others.
        """
        self._check_viewer()
        return self._in_companies(company_ids)._open_step(step_id)

    @api.model
    def close_setup(self, company_ids=None):
        """Close the panel of a company; Show the Steps in the settings undoes it.

        :param list[int] company_ids: Only these of the companies at work.
        :raise AccessError: For people who set nothing up.
        """
        self._check_viewer()
        self._in_companies(company_ids)._show_setup(False)
        return True

    # === BUSINESS METHODS === #

    def _setup_steps(self):
        """Return the steps with what is known of them, in their order.

        :rtype: list[tuple[onboarding.onboarding.step, Step]]
        """
        panel = self.env.ref(PANEL, raise_if_not_found=False)
        if not panel:
            return []
        known = self.env["onboarding.onboarding.step"]._logistics_steps()
        return [
            (step, known[step.panel_step_open_action_name])
            for step in panel.sudo().step_ids.sorted()
            if step.panel_step_open_action_name in known
        ]

    def _setup(self):
        """Return the panel as it is shown to the person, or False.

        :return: `title`, `company`, `done` and `count` of steps, `text` when all are
            done, and `steps` with `id`, `title`, `text`, `button`, `done`, `may`.
        :rtype: dict | bool
        """
        steps = self._setup_steps()
        if not any(known.may for _step, known in steps):
            return False
        panel = self.env.ref(PANEL).sudo()
        if panel.is_onboarding_closed:
            return False
        done = sum(known.done for _step, known in steps)
        return {
            "title": panel.name,
            "company": self.env.company.name,
            "done": done,
            "count": len(steps),
            "text": panel.text_completed if done == len(steps) else "",
            "steps": [
                {
                    "id": step.id,
                    "name": step.panel_step_open_action_name,
                    "title": step.title,
                    "text": step.description,
                    "button": step.done_text if known.done else step.button_text,
                    "done": known.done,
                    "may": known.may,
                    "who": known.who,
                }
                for step, known in steps
            ],
        }

    def _open_step(self, step_id):
        found = {step.id: (step, known) for step, known in self._setup_steps()}
        if step_id not in found:
            raise UserError(self.env._("There is no such step."))
        step, known = found[step_id]
        if not known.may and not self.env.su:
            raise AccessError(
                self.env._("This step is for others: %s.", known.who.lower())
            )
        return getattr(step.sudo(False), step.panel_step_open_action_name)()

    def _show_setup(self, shown):
        """Show the panel of the company at work, or close it.

        :raise AccessError: For people who set nothing up.
        """
        if not self.env.su and not any(k.may for _step, k in self._setup_steps()):
            raise AccessError(self.env._("You set nothing up here."))
        panel = self.env.ref(PANEL).sudo()
        panel._search_or_create_progress().is_onboarding_closed = not shown


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_setup_text = fields.Char(compute="_compute_logistics_setup_text")

    def _compute_logistics_setup_text(self):
        for settings in self:
            overview = self.env["logistics.overview"].with_company(settings.company_id)
            steps = overview._setup_steps()
            settings.logistics_setup_text = self.env._(
                "%(done)s of %(count)s steps are done.",
                done=sum(known.done for _step, known in steps),
                count=len(steps),
            )

    # === ACTIONS === #

    def action_logistics_setup(self):
        """Bring the panel back and show it."""
        self.env["logistics.overview"]._show_setup(True)
        return self.env["ir.actions.actions"]._for_xml_id(
            "logistics_events.logistics_overview_action"
        )

    def action_logistics_setup_step(self):
        """Open the step that the button names, as `logistics_step` in the context.

        Without a name it is the first that is not done.

        :raise UserError: When there is no such step.
        """
        name = self.env.context.get("logistics_step")
        overview = self.env["logistics.overview"]
        steps = [
            step.id
            for step, known in overview._setup_steps()
            if step.panel_step_open_action_name == name or (not name and not known.done)
        ]
        return overview._open_step(steps[0] if steps else 0)
