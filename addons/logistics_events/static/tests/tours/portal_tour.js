import { registry } from "@web/core/registry";

/** A customer finds a parcel, reads where it is, and comes back to the list. */
registry.category("web_tour.tours").add("logistics_portal_tour", {
    steps: () => [
        {
            content: "the tile of the home page, once it was counted",
            trigger: "a[href='/my/shipments']:contains(Your Shipments)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "input[name=search]",
            run: "edit NB100",
        },
        {
            trigger: ".o_logistics_search button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_logistics_shipments li:contains(On the Way) a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what the carrier says inside is told as the last word before",
            trigger: ".o_logistics_status:contains(On the Way)",
        },
        {
            trigger: ".o_logistics_parcels:contains(NB100)",
        },
        {
            trigger: ".o_logistics_history li:contains(Handed to the Carrier)",
        },
        {
            trigger: ".breadcrumb a:contains(Shipments)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_logistics_shipments li",
        },
    ],
});
