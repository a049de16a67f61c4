{
    "name": "Logistics Events",
    "summary": "Every shipment event drives the right record, exactly once",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["stock_delivery", "portal"],
    "data": [
        "security/logistics_events_groups.xml",
        "security/ir.model.access.csv",
        "security/logistics_events_security.xml",
        "data/ir_sequence_data.xml",
        "data/ir_cron_data.xml",
    ],
    "demo": [],
    "application": True,
    "installable": True,
}
