import { registry } from "@web/core/registry";

/** Types what a scanner would type, with its Enter. */
function scanned(code) {
    return [
        {
            content: `scan ${code}`,
            trigger: ".o_logistics_inspection .o_field_widget[name=scan] input",
            run: `edit ${code} && press Enter`,
        },
    ];
}

/** The warehouse receives what came back, counts it by scans, and confirms by keyboard. */
registry.category("web_tour.tours").add("return_inspection", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=button_validate]",
            run: "click",
        },
        {
            content: "the receipt is done, and leads to the inspection",
            trigger: ".o_statusbar_buttons button[name=action_logistics_inspect]",
            run: "click",
        },
        {
            content: "what came waits to be inspected",
            trigger: ".o_data_row:contains(Gauge) td[name=left]:contains(3)",
        },
        ...scanned("code-Gauge"),
        {
            trigger: "div[name=message_box]:contains(Accept to Stock 1)",
        },
        ...scanned("code-Gauge"),
        {
            trigger: "div[name=message_box]:contains(Accept to Stock 2)",
        },
        ...scanned("code-unknown"),
        {
            content: "what is not here is not counted",
            trigger: "div[name=message_box]:contains(code-unknown)",
        },
        {
            trigger: "div[name=found_as_box] span:contains(/^Scrap$/)",
            run: "click",
        },
        ...scanned("code-Gauge"),
        {
            trigger: "div[name=message_box]:contains(Scrap 1)",
        },
        {
            content: "everything is counted",
            trigger: ".o_data_row:contains(Gauge) td[name=left]:contains(/^0/)",
        },
        {
            trigger: ".o_field_widget[name=note] input",
            run: "edit One has a crack",
        },
        {
            trigger: ".o_logistics_inspection button[name=action_confirm]",
            run: "press alt+q",
        },
        {
            content: "it is recorded, and the next one can be scanned",
            trigger: "div[name=message_box]:contains(recorded)",
        },
        {
            trigger: ".o_field_widget[name=scan] input",
        },
    ],
});
