from . import logistics_adapter_shopify
