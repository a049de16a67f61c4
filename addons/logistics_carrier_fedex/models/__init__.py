from . import logistics_adapter_fedex
