from . import test_return_approval
from . import test_return_bounds
from . import test_return_cases
from . import test_return_fold
from . import test_return_properties
from . import test_return
from . import test_return_words
