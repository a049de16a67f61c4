from . import logistics_return
