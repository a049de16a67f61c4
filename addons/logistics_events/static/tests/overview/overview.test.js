import { Deferred, expect, test } from "@odoo/hoot";
import { click, queryAllTexts, select } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    getService,
    MockServer,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { WebClient } from "@web/webclient/webclient";

const PROBLEMS = {
    key: "problems",
    title: "Open Problems",
    text: "Each has a reason and a button.",
    icon: "fa-exclamation-triangle",
    tone: "danger",
    count: 12,
    values: [{ currency_id: 1, amount: 1200.5 }],
    oldest: "2026-07-01 09:00:00",
    parts: [
        { part: "no_news", label: "No News", count: 9 },
        { part: "security", label: "Security", count: 3 },
    ],
};
const CALM = {
    ...PROBLEMS,
    key: "failed",
    title: "Actions Failed",
    count: 0,
    values: [],
    oldest: false,
    parts: [],
};
const CHART = {
    key: "throughput",
    title: "Messages",
    text: "5 messages received.",
    kind: "bar",
    unit: "count",
    step: "day",
    labels: ["2026-07-01T00:00", "2026-07-02T00:00"],
    series: [{ label: "Done", tone: "success", values: [2, 3] }],
};
const ANSWER = {
    tiles: [PROBLEMS, CALM],
    companies: [
        { id: 1, name: "Harbor Pumps" },
        { id: 2, name: "Lindenau Pumpen" },
    ],
    notices: [],
    links: [],
    first_steps: [],
};

defineMailModels();

/** Opens the overview; what the server is asked for becomes a step. */
async function openOverview(answer = {}, charts = [CHART]) {
    mockDate("2026-07-03 10:00:00", 0);
    onRpc("logistics.overview", "get_tiles", ({ args }) => {
        expect.step(`tiles ${JSON.stringify(args)}`);
        return { ...ANSWER, ...answer };
    });
    onRpc("logistics.overview", "get_charts", ({ args }) => {
        expect.step(`charts ${JSON.stringify(args)}`);
        return charts;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "logistics_events.overview",
    });
    await animationFrame();
}

const ASKED = ["charts [7,null]", "tiles [null]"];

test("a tile says how many, how much and how old", async () => {
    await openOverview();
    const tile = "[data-tile=problems]";
    expect(`${tile} .o_logistics_overview_count`).toHaveText("12");
    expect(`${tile} .o_logistics_overview_value`).toHaveText(/1,200\.50/);
    expect(`${tile} .o_logistics_overview_age`).toHaveText("Oldest 2 days");
    const part = `${tile} .o_logistics_overview_part`;
    expect(queryAllTexts(`${part} .flex-grow-1`)).toEqual(["No News", "Security"]);
    expect(queryAllTexts(`${part} .fw-bold`)).toEqual(["9", "3"]);
    expect.verifySteps(ASKED);
});

test("where nothing waits, a tile is calm and has no age", async () => {
    await openOverview();
    expect("[data-tile=failed]").toHaveClass("o_logistics_overview_calm");
    expect("[data-tile=failed] .o_logistics_overview_age").toHaveCount(0);
    expect("[data-tile=problems]").toHaveClass("o_logistics_overview_danger");
    expect.verifySteps(ASKED);
});

test("a tile and a row of it open the list that the server names", async () => {
    onRpc("logistics.overview", "get_list", ({ args }) => {
        expect.step(`list ${JSON.stringify(args)}`);
        return { type: "ir.actions.act_window", res_model: "x", views: [] };
    });
    await openOverview();
    patchWithCleanup(getService("action"), {
        doAction: (action) => expect.step(`open ${action.res_model}`),
    });
    await click("[data-tile=problems] .o_logistics_overview_open");
    await animationFrame();
    await click("[data-tile=problems] .o_logistics_overview_part:last");
    await animationFrame();
    expect.verifySteps([
        ...ASKED,
        'list ["problems",null,null]',
        "open x",
        'list ["problems",null,"security"]',
        "open x",
    ]);
});

test("another period asks anew, and is the one that is pressed", async () => {
    await openOverview();
    await click(".o_logistics_overview_period[data-days='30']");
    await animationFrame();
    expect(".o_logistics_overview_period.active").toHaveText("30 Days");
    expect.verifySteps([...ASKED, "charts [30,null]", "tiles [null]"]);
});

test("one company of several is asked for alone", async () => {
    await openOverview();
    await click(".o_logistics_overview_company");
    await select("2");
    await animationFrame();
    expect.verifySteps([...ASKED, "charts [7,[2]]", "tiles [[2]]"]);
});

test("a chart without numbers says so instead of an empty box", async () => {
    await openOverview({}, [{ ...CHART, text: "Nothing was read.", series: [] }]);
    expect("[data-chart=throughput]").toHaveText(/Nothing was read\./);
    expect("[data-chart=throughput] canvas").toHaveCount(0);
    expect.verifySteps(ASKED);
});

test("a chart is drawn", async () => {
    await openOverview();
    expect("[data-chart=throughput] canvas").toHaveCount(1);
    const drawn = Chart.getChart(document.querySelector("[data-chart=throughput] canvas"));
    expect(drawn.data.datasets[0].data).toEqual([2, 3]);
    expect.verifySteps(ASKED);
});

test("many changes at once are followed once, also when they do not end", async () => {
    await openOverview();
    expect.verifySteps(ASKED);
    await getService("bus_service").start();
    for (let i = 0; i < 8; i++) {
        // The way to the page takes real time, which the clock of the test knows not of.
        const heard = new Deferred();
        getService("bus_service").subscribe("logistics_events/overview", () =>
            heard.resolve()
        );
        MockServer.env["bus.bus"]._sendone(
            serverState.partnerId,
            "logistics_events/overview",
            {}
        );
        await heard;
        await advanceTime(300);
    }
    await advanceTime(100);
    expect.verifySteps(ASKED);
    await advanceTime(5000);
    expect.verifySteps(ASKED);
    await advanceTime(5000);
    expect.verifySteps([]);
});

test("while nothing has happened, the first steps lead to the set-up", async () => {
    await openOverview({
        first_steps: [
            { title: "Connect a Carrier", text: "Paste it.", action: "a.b", done: true },
            { title: "Rules", text: "Look.", action: "a.c", done: false },
        ],
    });
    expect(".o_logistics_overview_step").toHaveCount(2);
    expect(".o_logistics_overview_step:first .fa-check-circle").toHaveCount(1);
    expect(".o_logistics_overview_step:last .fa-check-circle").toHaveCount(0);
    expect.verifySteps(ASKED);
});

test("notices come first, links lead further", async () => {
    await openOverview({
        notices: [{ tone: "warning", text: "All actions are paused.", action: false }],
        links: [{ title: "Demo Stories", icon: "fa-book", action: "a.d" }],
    });
    expect(".o_logistics_overview_notice").toHaveText("All actions are paused.");
    expect(".o_logistics_overview_notice").toHaveClass("alert-warning");
    expect(".o_logistics_overview_link").toHaveText("Demo Stories");
    expect.verifySteps(ASKED);
});

const SETUP = {
    title: "Set Up Logistics",
    company: "Harbor Pumps",
    done: 0,
    count: 1,
    text: "",
    steps: [
        {
            id: 4,
            name: "action_open_logistics_observe",
            title: "Observe",
            text: "Look.",
            button: "Observe",
            done: false,
            may: true,
            who: "Managers",
        },
    ],
};

/** Opens the overview and the only step of its set-up; returns what closes it. */
async function openStep() {
    onRpc("logistics.overview", "open_setup_step", () => ({
        type: "ir.actions.act_window",
        res_model: "x",
    }));
    await openOverview({ setup: SETUP });
    let onClose;
    patchWithCleanup(getService("action"), {
        doAction: (action, options) => {
            onClose = options.onClose;
        },
    });
    await click(".o_logistics_setup_step button");
    await animationFrame();
    expect.verifySteps(ASKED);
    return onClose;
}

test("a step that is done asks anew, and its dialog does not wait for it", async () => {
    const onClose = await openStep();
    const slow = new Deferred();
    onRpc("logistics.overview", "get_tiles", () => slow);
    // Whoever closes the dialog waits for what this returns.
    expect(onClose()).toBe(undefined);
    await animationFrame();
    expect.verifySteps(["charts [7,null]"]);
    slow.resolve({ ...ANSWER, setup: { ...SETUP, done: 1 } });
    await animationFrame();
    expect(".o_logistics_setup_count").toHaveText("1 of 1 done");
});

test("where the step leads to another page, the overview asks nothing", async () => {
    const onClose = await openStep();
    onClose({ noReload: true });
    await animationFrame();
    expect.verifySteps([]);
});
