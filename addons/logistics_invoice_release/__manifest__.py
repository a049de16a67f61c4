{
    "name": "Logistics Invoice Release",
    "summary": "Invoice goods when their delivery is proven, never before, never twice",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_events", "sale_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/logistics_release_waiver_security.xml",
        "data/ir_cron_data.xml",
        "data/logistics_policy_data.xml",
    ],
    "demo": [],
    "installable": True,
    "pre_init_hook": "pre_init_hook",
    "uninstall_hook": "uninstall_hook",
}
