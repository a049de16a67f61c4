import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Lets the sandbox carrier say something about the shipment that is open. */
export class SimulateWidget extends Component {
    static template = "logistics_carrier_base.SimulateWidget";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false });
    }

    get choices() {
        return [
            { what: "moved", label: _t("Next Scan on the Way") },
            { what: "delivered", label: _t("Delivered") },
            { what: "delivered_twice", label: _t("Delivered, Said Twice") },
            { what: "withdrawn", label: _t("Delivery Withdrawn") },
            { what: "unknown_code", label: _t("Unknown Code") },
            { what: "forged", label: _t("Forged Message") },
        ];
    }

    async simulate(what) {
        this.state.busy = true;
        try {
            await this.props.record.save();
            const result = await this.orm.call(
                this.props.record.resModel,
                "action_simulate",
                [[this.props.record.resId], what]
            );
            await this.action.doAction(result);
        } finally {
            this.state.busy = false;
        }
    }
}

export const simulateWidget = { component: SimulateWidget };

registry.category("view_widgets").add("logistics_simulate", simulateWidget);
