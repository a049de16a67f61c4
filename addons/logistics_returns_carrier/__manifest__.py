{
    "name": "Logistics Returns with Carriers",
    "summary": "Book the label for the way back with the carrier that books",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_returns", "logistics_carrier_base"],
    "demo": ["demo/logistics_return_demo.xml"],
    "auto_install": True,
}
