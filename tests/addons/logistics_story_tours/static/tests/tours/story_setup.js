import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";

const SETUP = ".o_logistics_setup";

/** Opens a step of the panel. */
function open(name) {
    return {
        content: `step ${name}`,
        trigger: `${SETUP} [data-step=action_open_logistics_${name}] button`,
        run: "click",
    };
}

/** Waits until a step is ticked. */
function ticked(name) {
    return {
        content: `${name} is done`,
        trigger: `${SETUP} [data-step=action_open_logistics_${name}][data-done] .fa-check-circle`,
    };
}

function close(button = "button[special=cancel]") {
    return [
        { trigger: `.modal footer ${button}`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

/** Somebody sets a fresh database up, from the connection to the first invoice. */
registry.category("web_tour.tours").add("logistics_story_setup", {
    steps: () => [
        { content: "nothing is set up", trigger: `${SETUP} .o_logistics_setup_count` },

        open("connect"),
        {
            trigger: ".modal .o_field_widget[name=adapter] .o_select_menu_toggler",
            run: "click",
        },
        { trigger: ".o_select_menu_item:contains(Sandbox Carrier)", run: "click" },
        {
            content: "a partner for training is a test connection",
            trigger: ".modal .o_field_widget[name=environment] input[data-value=test]:checked",
        },
        {
            trigger: ".modal .o_field_widget[name=credential] input",
            run: "edit a-wrong-key",
        },
        {
            trigger: ".modal .o_field_widget[name=base_url] input",
            run: (helpers) => helpers.edit(decodeURIComponent(cookie.get("sandbox"))),
        },
        { trigger: ".modal button[name=action_setup_test]", run: "click" },
        {
            content: "the answer is in words",
            trigger: ".modal .o_field_widget[name=test_verdict]:contains(Wrong Key)",
        },
        {
            trigger: ".modal .o_field_widget[name=credential] input",
            run: "edit set-up",
        },
        { trigger: ".modal button[name=action_setup_test]", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=test_verdict]:contains(Authenticated)",
        },
        {
            content: "the address can be copied",
            trigger: ".modal .o_field_widget[name=webhook_url] .o_clipboard_button",
        },
        { trigger: ".modal button[name=action_setup_secret]", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=made_secret]:contains(whsec_)",
        },
        { trigger: ".modal button[name=action_setup_send]", run: "click" },
        {
            trigger: ".modal [name=said]:contains(Test Event Accepted)",
        },
        {
            trigger:
                ".modal [name=deliveries] .o_data_row:contains(The signature fits)",
        },
        ...close(),
        ticked("connect"),

        open("when"),
        {
            trigger: ".modal .o_field_widget[name=choice] input[data-value=delivered]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=result] input[data-value=post]",
            run: "click",
        },
        ...close("button[name=action_apply]"),
        ticked("when"),

        open("who"),
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Deliveries",
        },
        ...close(".o_form_button_save"),
        ticked("who"),

        open("observe"),
        { trigger: ".modal button[name=action_observe]", run: "click" },
        // The server works out every order meanwhile.
        { trigger: "body:not(:has(.modal))", timeout: 60000 },
        {
            content: "the document and its amount, and nothing is made",
            trigger: ".o_list_view .o_group_header",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(500.00)" },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:contains(Overview) a",
            run: "click",
        },
        ticked("observe"),

        open("switch"),
        { trigger: ".modal button[name=action_list]", run: "click" },
        { trigger: ".modal button[name=action_switch]", run: "click" },
        // The server works out every order meanwhile.
        { trigger: "body:not(:has(.modal))", timeout: 60000 },
        ticked("switch"),
        {
            trigger: `${SETUP}:contains(Everything is set up)`,
        },
        { trigger: ".o_logistics_setup_close", run: "click" },
        { trigger: `body:not(:has(${SETUP}))` },
    ],
});
