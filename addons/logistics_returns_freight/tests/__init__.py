from . import test_return_freight
