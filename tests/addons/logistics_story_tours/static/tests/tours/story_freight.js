import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const COLUMNS =
    "document_number,document_date,account_number,currency,document_total," +
    "original_document,charge_code,charge_text,charge_amount,tracking_number";

/** Makes a carrier's file in the suite's own layout. */
function file(name, original, lines) {
    const day = luxon.DateTime.now().toISODate();
    const total = lines.reduce((sum, [, , amount]) => sum + amount, 0).toFixed(2);
    const rows = lines.map(([code, text, amount]) =>
        [name, day, "NB-1", "USD", total, original, code, text, amount, "FREIGHT1"].join()
    );
    return new File([[COLUMNS, ...rows].join("\n")], `${name}.csv`, { type: "text/csv" });
}

const BILL = [
    ["base", "Carriage", 36],
    ["fuel", "Fuel surcharge", 9],
    ["residential", "Residential delivery", 3.9],
];
const CREDIT = [
    ["fuel", "Fuel surcharge", -4.5],
    ["residential", "Residential delivery", -3.9],
];

/** Opens a menu of freight. */
function menu(label) {
    return [
        {
            content: "with many addons the menu stands behind the plus",
            trigger: "body:not(:has(.modal)) .o_menu_sections button",
            run() {
                const buttons = [...document.querySelectorAll(".o_menu_sections button")];
                const own = buttons.find((button) => button.innerText.trim() === "Freight");
                (own || document.querySelector(".o_menu_sections_more button")).click();
            },
        },
        { trigger: `.o-dropdown--menu a:contains(/^${label}$/)`, run: "click" },
    ];
}

/** Imports a file and opens the bill in it. */
function taken(name, original, lines) {
    return [
        ...menu("Import Carrier Bills"),
        {
            content: `the file ${name} is chosen`,
            trigger: ".modal .o_field_many2many_binary",
            async run() {
                await inputFiles(".modal .o_input_file", [file(name, original, lines)]);
            },
        },
        { trigger: `.modal .o_attachment:contains(${name})` },
        { trigger: ".modal button[name=action_import]", run: "click" },
        {
            content: "it says what was read",
            trigger: `body:not(:has(.modal)) .o_form_view:contains(${lines.length} lines added)`,
        },
        { trigger: "button[name=action_view_bills]", run: "click" },
        {
            content: "its lines were checked",
            trigger: ".o_arrow_button_current:contains(Checked)",
        },
    ];
}

const POSTED = [
    { trigger: "button[name=action_post]", run: "click" },
    { trigger: ".o_arrow_button_current:contains(Posted)", timeout: 60000 },
];

/** The overcharged bill of a carrier, from its import to the credit memo. */
registry.category("web_tour.tours").add("logistics_story_freight", {
    steps: () => [
        ...taken("NB-900", "", BILL),
        {
            content: "the fuel is above what was agreed",
            trigger: ".o_data_row:contains(Fuel Surcharge):contains(Out of Tolerance):contains(4.50)",
        },
        {
            content: "and the fee was never ordered",
            trigger: ".o_data_row:contains(Residential):contains(Unmatched)",
        },
        ...POSTED,
        { trigger: "button[name=action_open_disputes]", run: "click" },
        {
            content: "both are disputed",
            trigger: ".o_data_row:contains(Residential)",
        },
        {
            trigger: ".o_data_row:contains(Fuel) td[name=name]",
            run: "click",
        },
        {
            content: "it is blocked for payment",
            trigger: "div[name=blocked_amount]:contains(4.50)",
        },
        {
            // Not clicked: to the browser a download is the end of the page.
            content: "the evidence can be downloaded",
            trigger: "button[name=action_evidence]",
        },
        ...taken("NB-901", "NB-900", CREDIT),
        {
            content: "the credit memo knows the bill",
            trigger: "div[name=original]:contains(NB-900)",
        },
        ...POSTED,
        ...menu("Disputes"),
        {
            content: "nothing is undecided",
            trigger: ".o_view_nocontent:contains(Nothing is disputed)",
        },
        { trigger: ".o_searchview .o_facet_remove", run: "click" },
        {
            trigger: ".o_data_row:contains(Fuel):contains(Credited) td[name=name]",
            run: "click",
        },
        {
            content: "it is settled by the credit memo",
            trigger: "div[name=credit_bill_ids]:contains(NB-901)",
        },
        { trigger: ".o_arrow_button_current:contains(Credited)" },
    ],
});
