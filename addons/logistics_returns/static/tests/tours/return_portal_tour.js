import { registry } from "@web/core/registry";

/** A customer sends goods back, reads what is next, and changes their mind. */
registry.category("web_tour.tours").add("return_portal", {
    steps: () => [
        {
            content: "the order leads to the return of its goods",
            trigger: "a.o_logistics_start_return",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_logistics_offers li:contains(Pump) input.o_logistics_quantity",
            run: "edit 2",
        },
        {
            trigger: "select[name=reason_id]",
            run: "selectByLabel Does Not Fit",
        },
        {
            trigger: "textarea[name=note]",
            run: "edit One size too large",
        },
        {
            trigger: "#o_logistics_replace",
            run: "click",
        },
        {
            trigger: ".o_logistics_new_return button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the page of the return says where it stands",
            trigger: ".o_logistics_return .o_logistics_status:contains(Return Requested)",
        },
        {
            trigger: ".o_logistics_goods li:contains(Pump):contains(2)",
        },
        {
            trigger: ".breadcrumb a:contains(Returns)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_logistics_returns li:contains(Return Requested) a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_logistics_withdraw button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_logistics_return .o_logistics_status:contains(Closed)",
        },
        {
            content: "what is withdrawn can be announced again",
            trigger: ".o_logistics_return:not(:has(.o_logistics_withdraw))",
        },
    ],
});
