{
    "name": "Logistics Invoice Release for Kits",
    "summary": "Release kits for invoicing when all their parts are proven",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_invoice_release", "sale_mrp"],
    "auto_install": True,
    "demo": ["demo/kit_demo.xml"],
}
