from . import test_access
from . import test_drain
from . import test_poller
from . import test_webhook
