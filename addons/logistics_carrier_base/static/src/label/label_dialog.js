import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const MOST_AT_ONCE = 5;
const SOON = 300;
const LATER = 2000;
const PATIENCE = 20;

/** Waits for the labels of deliveries that were validated, and shows or downloads them. */
export class LabelDialog extends Component {
    static template = "logistics_carrier_base.LabelDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        pickingIds: { type: Array, element: Number },
        isReturn: { type: Boolean, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.viewer = useRef("viewer");
        this.state = useState({
            total: this.props.pickingIds.length,
            waiting: this.props.pickingIds.length,
            failed: [],
            format: "",
            url: "",
        });
        this.isOpen = true;
        onMounted(() => this.follow());
        onWillUnmount(() => {
            this.isOpen = false;
        });
    }

    get title() {
        return this.state.total > 1 ? _t("Labels") : _t("Label");
    }

    get done() {
        return this.state.total - this.state.waiting;
    }

    get percent() {
        return this.state.total ? Math.round((100 * this.done) / this.state.total) : 100;
    }

    get progress() {
        return _t("%(done)s of %(total)s labels", {
            done: this.done,
            total: this.state.total,
        });
    }

    get viewerUrl() {
        const file = encodeURIComponent(this.state.url);
        return `/web/static/lib/pdfjs/web/viewer.html?file=${file}`;
    }

    call(method) {
        return this.orm.silent.call("stock.picking", method, [this.props.pickingIds], {
            is_return: Boolean(this.props.isReturn),
        });
    }

    async follow() {
        let round = 0;
        await this.look();
        if (this.state.waiting && this.props.pickingIds.length <= MOST_AT_ONCE) {
            await this.call("logistics_label_buy");
            await this.look();
        }
        while (this.isOpen && this.state.waiting) {
            const pause = round++ < PATIENCE ? SOON : LATER;
            await new Promise((resolve) => browser.setTimeout(resolve, pause));
            if (this.isOpen) {
                await this.look();
            }
        }
        if (this.isOpen && this.state.format === "zpl") {
            this.download();
        }
    }

    async look() {
        Object.assign(this.state, await this.call("logistics_label_status"));
    }

    print() {
        this.viewer.el.contentWindow.print();
    }

    download() {
        browser.open(this.state.url, "_self");
    }
}

/** Shows the labels above the view they were asked in, and reloads it afterwards. */
export function showLabels(env, action) {
    const { picking_ids: pickingIds, is_return: isReturn, next } = action.params;
    env.services.dialog.add(
        LabelDialog,
        { pickingIds, isReturn: Boolean(isReturn) },
        {
            onClose: () =>
                env.services.action.doAction(
                    next || { type: "ir.actions.client", tag: "soft_reload" }
                ),
        }
    );
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("logistics_label", showLabels);
