import { expect, test } from "@odoo/hoot";
import { click, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    getService,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { browser } from "@web/core/browser/browser";
import { WebClient } from "@web/webclient/webclient";

class Picking extends models.Model {
    _name = "stock.picking";
}

defineMailModels();
defineModels([Picking]);

const WAITS = { total: 1, waiting: 1, failed: [], format: "", url: "" };

async function show(params, ...answers) {
    onRpc("stock.picking", "logistics_label_status", () => {
        expect.step("status");
        return answers.length > 1 ? answers.shift() : answers[0];
    });
    onRpc("stock.picking", "logistics_label_buy", () => {
        expect.step("buy");
        return true;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "logistics_label",
        params,
    });
    await waitFor(".o_logistics_label");
    await animationFrame();
}

test("what waits is bought at once and shown", async () => {
    const there = { ...WAITS, waiting: 0, format: "pdf", url: "/logistics/labels/7" };
    await show({ picking_ids: [1] }, WAITS, there);
    await waitFor(".o_logistics_label_viewer");
    expect.verifySteps(["status", "buy", "status"]);
    expect(".o_logistics_label_print").toHaveCount(1);
});

test("a label that is there is shown and not bought", async () => {
    const there = { ...WAITS, waiting: 0, format: "pdf", url: "/logistics/labels/7" };
    await show({ picking_ids: [1] }, there);
    expect.verifySteps(["status"]);
    expect(".o_logistics_label_waiting").toHaveCount(0);
});

test("a label for the label printer is downloaded by itself", async () => {
    patchWithCleanup(browser, {
        open: (url) => expect.step(url),
    });
    const there = { ...WAITS, waiting: 0, format: "zpl", url: "/logistics/labels/7" };
    await show({ picking_ids: [1] }, there);
    expect.verifySteps(["status", "/logistics/labels/7"]);
});

test("many are followed while the job buys them", async () => {
    const half = { ...WAITS, total: 6, waiting: 3 };
    const done = { ...WAITS, total: 6, waiting: 0 };
    await show({ picking_ids: [1, 2, 3, 4, 5, 6] }, half, done);
    expect(".o_logistics_label_waiting").toHaveText(/3 of 6 labels/);
    await advanceTime(400);
    await animationFrame();
    expect(".o_logistics_label_waiting").toHaveCount(0);
    expect.verifySteps(["status", "status"]);
});

test("what failed says why, and closing goes on", async () => {
    const failed = [{ name: "WH/OUT/1", hint: "No street. Correct the address." }];
    await show({ picking_ids: [1] }, { ...WAITS, waiting: 0, failed });
    expect(".o_logistics_label_failed").toHaveText(/WH\/OUT\/1.*No street/s);
    await click(".modal-footer button:contains(Close)");
    await animationFrame();
    expect(".o_logistics_label").toHaveCount(0);
    expect.verifySteps(["status"]);
});
