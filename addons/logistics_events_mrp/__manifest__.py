{
    "name": "Logistics Events for Kits",
    "summary": "Warehouse partners may report kits instead of their parts",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_events", "sale_mrp"],
    "auto_install": True,
    "demo": ["demo/kit_demo.xml"],
}
