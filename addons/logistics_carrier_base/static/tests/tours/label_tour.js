import { registry } from "@web/core/registry";

/** Every click a person makes; the test compares them with those of plain Odoo. */
function counted(step) {
    return {
        ...step,
        run: async (helpers) => {
            document.body.dataset.clicks = Number(document.body.dataset.clicks || 0) + 1;
            await helpers.click();
        },
    };
}

function said(content, clicks) {
    return {
        content,
        trigger: `body[data-clicks='${clicks}']`,
    };
}

registry.category("web_tour.tours").add("logistics_label_tour", {
    steps: () => [
        counted({
            content: "the goods are validated",
            trigger: ".o_statusbar_buttons button[name=button_validate]:visible",
        }),
        {
            content: "the label is bought and shown by itself",
            trigger: ".o_logistics_label_viewer",
        },
        counted({
            content: "and printed",
            trigger: ".o_logistics_label_print",
        }),
        said("two clicks from Validate to the printed label", 2),
        {
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "the number is on the delivery that was validated",
            trigger: ".o_arrow_button_current:contains(Done)",
        },
        {
            content: "printing it again buys nothing",
            trigger: "button[name=action_logistics_print_label]",
        },
    ],
});

/** The same with a provider that makes its label inside Validate, as Odoo's do. */
registry.category("web_tour.tours").add("logistics_label_plain_tour", {
    steps: () => [
        counted({
            content: "the goods are validated",
            trigger: ".o_statusbar_buttons button[name=button_validate]:visible",
        }),
        counted({
            content: "the label is a file of the message",
            trigger: ".o-mail-AttachmentCard:contains(plain) [role=menuitem]:first",
        }),
        {
            content: "it is shown, and still to be printed",
            trigger: ".o-FileViewer",
        },
        said("two clicks before it can be printed", 2),
    ],
});

/** What cannot be bought is said in a red line, put right and bought. */
registry.category("web_tour.tours").add("logistics_label_missing_tour", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=button_validate]:visible",
            run: "click",
        },
        {
            trigger: ".o_logistics_label_failed:contains(lacks: street)",
        },
        {
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "the goods stay validated, and the red line says what to do",
            trigger:
                ".o_logistics_label_missing:contains(Correct the address, then retry)",
        },
        {
            trigger: "button[name=action_logistics_correct_address]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=street] input",
            run: "edit Werkstr. 7",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_logistics_label_retry]",
            run: "click",
        },
        {
            trigger: ".o_logistics_label_viewer",
        },
        {
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "button[name=action_logistics_print_label]",
        },
    ],
});
