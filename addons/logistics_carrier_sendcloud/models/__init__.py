from . import logistics_adapter_sendcloud
