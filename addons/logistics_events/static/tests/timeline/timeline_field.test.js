import { expect, test } from "@odoo/hoot";
import { click, press } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

const DELIVERED = {
    id: 7,
    at: "2026-07-01 22:30:00",
    title: "Delivered",
    icon: { name: "fa-check", tone: "success" },
    standing: "counts",
    standing_text: "",
    crossed_out: false,
    day: "2026-07-01",
    time: "17:30",
    offset: "-05:00",
    assumed: false,
    expected: null,
    place: "Austin, US",
    parcel: "A1",
    signer: "K. Meyer",
    reason: "",
    text: "Handed over",
    code: "DLV",
    sources: ["Northbound (Webhook)"],
    trust: "Signed",
    can_open: true,
};
const WITHDRAWN = {
    ...DELIVERED,
    id: 6,
    standing: "withdrawn",
    standing_text: "Withdrawn",
    crossed_out: true,
    can_open: false,
};
const FORECAST = {
    ...DELIVERED,
    id: 5,
    title: "Expected Date Changed",
    expected: { day: "2026-07-02", time: "09:00", offset: "-05:00", assumed: false },
    assumed: true,
};

class Shipment extends models.Model {
    timeline = fields.Json();

    _records = [
        { id: 1, timeline: [DELIVERED, WITHDRAWN, FORECAST] },
        { id: 2, timeline: [] },
    ];
}

defineMailModels();
defineModels([Shipment]);

async function mountTimeline(resId) {
    await mountView({
        type: "form",
        resModel: "shipment",
        resId,
        arch: `<form><field name="timeline" widget="logistics_timeline"/></form>`,
    });
}

test("an entry says what, when on the spot, where and who", async () => {
    await mountTimeline(1);
    expect(".o_logistics_timeline_entry").toHaveCount(3);
    const first = ".o_logistics_timeline_entry:first";
    expect(`${first} .o_logistics_timeline_title`).toHaveText("Delivered");
    expect(`${first} .o_logistics_timeline_time`).toHaveText(/07\/01\/2026 17:30\s*-05:00/);
    expect(first).toHaveText(/Austin, US · Parcel A1 · Signed by K\. Meyer/);
    expect(first).toHaveText(/“Handed over”\s*DLV/);
    expect(first).toHaveText(/Northbound \(Webhook\) · Signed/);
});

test("what no longer counts is struck through and says why", async () => {
    await mountTimeline(1);
    expect(".o_logistics_timeline_title.text-decoration-line-through").toHaveCount(1);
    expect("[data-standing=withdrawn] .badge").toHaveText("Withdrawn");
    expect("[data-standing=counts] .badge").toHaveCount(0);
});

test("a forecast shows the expected time, and that the zone is assumed", async () => {
    await mountTimeline(1);
    expect(".o_logistics_timeline_expected").toHaveText(/07\/02\/2026 09:00/);
    expect(".o_logistics_timeline_entry:last .o_logistics_timeline_time").toHaveText(
        /-05:00\s*\?/
    );
});

test("an entry opens its event, by mouse and by keyboard", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(`${action.res_model} ${action.res_id}`);
        },
    });
    await mountTimeline(1);
    await click(".o_logistics_timeline_entry:first");
    await animationFrame();
    document.querySelectorAll(".o_logistics_timeline_entry")[2].focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["logistics.event 7", "logistics.event 5"]);
});

test("who may not read events cannot open them", async () => {
    mockService("action", {
        doAction() {
            expect.step("opened");
        },
    });
    await mountTimeline(1);
    await click("[data-standing=withdrawn]");
    await animationFrame();
    expect.verifySteps([]);
    expect("[data-standing=withdrawn]").not.toHaveAttribute("role");
});

test("an empty timeline says what will fill it", async () => {
    await mountTimeline(2);
    expect(".o_logistics_timeline").toHaveCount(0);
    expect(".o_logistics_timeline_empty").toHaveText(/Nothing has been reported yet/);
});
