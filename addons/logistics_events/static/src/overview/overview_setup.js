import { Component } from "@odoo/owl";

/** The steps from the installation to the first invoice, and which of them are done. */
export class OverviewSetup extends Component {
    static template = "logistics_events.OverviewSetup";
    static props = {
        setup: Object,
        open: Function,
        close: Function,
    };
}
