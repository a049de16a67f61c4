"""What switching the proposal of credit notes changes: demands are kept in any mode."""

from odoo import api, models

from .logistics_effect import OPEN_STATES


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _reach(self, company, action, mode, since):
        """Override to find what was demanded since and is not proposed yet, and what
        is proposed and will not be any more.
        """
        orders = super()._reach(company, action, mode, since)
        if action != "credit":
            return orders
        if mode != "on":
            orders |= self._open_steps(company, action).order_id
        if mode != "off":
            demands = self.env["logistics.credit.demand"].sudo()
            orders |= demands._not_asked(company, since, observed=mode == "observe")
        return orders.sorted("id", reverse=True)

    @api.model
    def _bring(self, company, action, order_ids, mode, since, restore=None):
        """Override to propose what was demanded meanwhile."""
        if action != "credit":
            return super()._bring(company, action, order_ids, mode, since, restore)
        Demand = self.env["logistics.credit.demand"].sudo()
        demands = Demand.search([("sale_line_id.order_id", "in", order_ids)])
        self.env["logistics.effect"].sudo()._desire(
            Demand._wishes(demands._told(), mode)
        )
        return {str(order_id): "" for order_id in order_ids}

    @api.model
    def _figures(self, action, orders):
        """Override to say what is proposed for credit."""
        if action != "credit":
            return super()._figures(action, orders)
        amounts = {
            (order, observed): amount
            for order, observed, amount in self.env["logistics.effect"]._read_group(
                [
                    ("order_id", "in", orders.ids),
                    ("action", "=", action),
                    ("state", "in", OPEN_STATES),
                    ("quantity", ">", 0),
                ],
                ["order_id", "observed"],
                ["amount:sum"],
            )
        }
        rules = self.env["logistics.policy"]._match_many(action, orders)
        return {
            order: {
                "held": 0.0,
                "released": amounts.get((order, False), 0.0),
                "watched": amounts.get((order, True), 0.0),
                "rule": order in rules and rules[order].name,
            }
            for order in orders
        }


class LogisticsCreditDemand(models.Model):
    _inherit = "logistics.credit.demand"

    def _told(self):
        """Return what was said last of each line, as `_want` takes it.

        :rtype: dict[sale.order.line, dict]
        """
        return {
            demand.sale_line_id: {
                "reason": demand.reason,
                "event_id": demand.event_id.id,
                "shipment": demand.shipment_id,
            }
            for demand in self
        }

    @api.model
    def _not_asked(self, company, since, observed):
        """Return the orders of which more or less is demanded than was asked for.

        :param date since: The first day whose demands count.
        :param bool observed: Whether what is only watched counts as asked for.
        :rtype: sale.order
        """
        begin, _end = company._logistics_day(since)
        lines = self.search(
            [("company_id", "=", company.id), ("write_date", ">=", begin)]
        ).sale_line_id
        asked = lines._logistics_credit_asked((*OPEN_STATES, "done"), observed)
        if observed:
            for line, done in lines._logistics_credit_asked(("done",)).items():
                asked[line] += done
        demanded = lines._logistics_credit_demanded()
        return lines.filtered(lambda line: demanded[line] != asked[line]).order_id
