"""Stories of goods that are sold and come back, drawn at random but not evenly."""

from hypothesis import strategies as st

# How often what happens, of all that is drawn.
OFTEN = {
    "deliver": 4,
    "invoice": 6,
    "prepay": 1,
    "cancel_invoice": 1,
    "announce": 7,
    "approve": 2,
    "refuse": 1,
    "label": 1,
    "scan": 1,
    "scan_again": 1,
    "receive": 9,
    "receive_too_much": 1,
    "receive_wrong": 1,
    "withdraw": 1,
    "withdraw_all": 1,
    "inspect": 10,
    "inspect_otherwise": 2,
    "put_right": 2,
    "miss": 1,
    "keep": 1,
    "lose": 1,
    "find": 1,
    "goodwill": 2,
    "replace": 1,
    "close": 1,
    "reopen": 1,
    "credit": 6,
    "cancel_credit": 1,
}
OPERATIONS = tuple(name for name, count in OFTEN.items() for _time in range(count))
# Most stories begin with goods that were sold; the others begin anywhere.
BEGINNINGS = (
    (),
    (("deliver", 4, "a", 0), ("announce", 3, "a", 0)),
    (("deliver", 4, "a", 0), ("invoice", 4, "a", 0), ("announce", 3, "a", 1)),
    (
        ("deliver", 3, "a", 0),
        ("deliver", 4, "b", 0),
        ("invoice", 4, "a", 0),
        ("invoice", 2, "b", 0),
        ("announce", 4, "b", 0),
        ("announce", 2, "a", 0),
        ("receive", 3, "b", 2),
    ),
)

_operations = st.lists(
    st.tuples(
        st.sampled_from(OPERATIONS),
        st.integers(1, 4),
        st.sampled_from(("a", "a", "b")),
        st.sampled_from((0, 0, 0, 1, 4)),
    ),
    min_size=6,
    max_size=30,
)
# What happens, whether the goods are undelivered, and how it is shuffled.
worlds = st.tuples(
    st.builds(
        lambda begin, rest: [*begin, *rest], st.sampled_from(BEGINNINGS), _operations
    ),
    st.sampled_from((False, False, True)),
    st.integers(0, 2**32),
)
