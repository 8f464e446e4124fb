"""The purse: what is reckoned before anything is sent covers whatever is billed after."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.language.model import Fault, ModelFault, Purse

TOKENS = st.integers(0, 10**7)


@given(plain=TOKENS, written=TOKENS, read=TOKENS, answered=TOKENS)
def test_no_bill_is_higher_than_what_was_reckoned(plain: int, written: int, read: int, answered: int) -> None:
    purse = Purse(1.0, usd_in=1.0, usd_out=5.0)
    usage = {
        "input_tokens": plain,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "output_tokens": answered,
    }
    assert purse.price(usage) <= purse.worst(plain + written + read, answered) + 1e-9


def test_what_the_purse_does_not_hold_is_not_taken() -> None:
    purse = Purse(1.0, usd_in=1.0, usd_out=5.0)
    with pytest.raises(ModelFault) as refused:
        purse.reserve(0, 200_001)
    assert refused.value.fault is Fault.OVER_BUDGET
    purse.reserve(0, 200_000)
    with pytest.raises(ModelFault):
        purse.reserve(1, 0)
