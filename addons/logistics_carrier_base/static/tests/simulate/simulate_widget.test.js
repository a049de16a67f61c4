import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class Shipment extends models.Model {
    name = fields.Char();

    _records = [{ id: 1, name: "SHP/1" }];
}

defineMailModels();
defineModels([Shipment]);

async function mountWidget() {
    await mountView({
        type: "form",
        resModel: "shipment",
        resId: 1,
        arch: `<form>
            <header><widget name="logistics_simulate"/></header>
            <sheet><field name="name"/></sheet>
        </form>`,
    });
}

test("what the carrier may say is a choice of six", async () => {
    await mountWidget();
    await click(".o_logistics_simulate");
    await animationFrame();
    expect(".o-dropdown-item").toHaveCount(6);
    expect(".o-dropdown-item:eq(1)").toHaveText("Delivered");
});

test("a choice is sent for the open shipment, and its answer is shown", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(action.tag);
        },
    });
    onRpc("shipment", "action_simulate", ({ args }) => {
        expect.step(`${args[0]} ${args[1]}`);
        return { type: "ir.actions.client", tag: "display_notification" };
    });
    await mountWidget();
    await click(".o_logistics_simulate");
    await animationFrame();
    await click(".o_logistics_simulate_forged");
    await animationFrame();
    expect.verifySteps(["1 forged", "display_notification"]);
    expect(".o_logistics_simulate").toBeEnabled();
});
