from . import test_refund_demo
