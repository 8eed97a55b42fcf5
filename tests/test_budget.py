"""The budget: what is under way counts, so that it is never passed."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import BudgetExceeded, ConfigurationError
from extractor.llm import Budget
from extractor.llm.budget import estimate_tokens
from extractor.models import Attempt, Usage
from extractor.settings import Price, Settings

SETTINGS = Settings(model="openai/m", price=Price(input=0.0, output=1e6), max_output_tokens=10)
"""A request of them costs ten dollars at most."""
BODY = {"messages": []}


def attempt(cost, status=200):
    used = Usage(output_tokens=int(cost)) if cost is not None else None
    return Attempt(status=status, seconds=0, usage=used, cost=cost)


@given(st.lists(st.one_of(st.integers(0, 10), st.none(), st.just("failed")), max_size=40), st.integers(1, 8))
def test_it_is_never_passed_however_many_ask_at_once(costs, at_once):
    async def spend():
        budget, left, most = Budget(50.0, SETTINGS), iter(costs), []

        async def work():
            for cost in left:
                try:
                    reserved = await budget.reserve(BODY)
                except BudgetExceeded:
                    return
                most.append(budget.spent + budget._reserved)
                await asyncio.sleep(0)
                budget.settle(reserved, attempt(None, 500) if cost == "failed" else attempt(cost))

        await asyncio.gather(*(work() for _ in range(at_once)))
        return budget, most

    budget, most = asyncio.run(spend())
    assert budget.spent <= 50.0
    assert max(most, default=0.0) <= 50.0
    assert budget._reserved == 0.0


def test_one_that_does_not_fit_waits_for_those_under_way_and_then_goes_or_is_refused():
    async def spend():
        budget = Budget(20.0, SETTINGS)
        first, second = await budget.reserve(BODY), await budget.reserve(BODY)
        waiting = [asyncio.create_task(budget.reserve(BODY)) for _ in range(2)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        budget.settle(first, attempt(3))
        budget.settle(second, attempt(4))
        third = await waiting[0]
        budget.settle(third, attempt(9))
        with pytest.raises(BudgetExceeded, match=r"leaves \$4\.0000"):
            await waiting[1]

    asyncio.run(spend())


@pytest.mark.parametrize(
    ("came", "spent"),
    [(attempt(None), 10), (attempt(None, None), 10), (attempt(None, 429), 0), (attempt(2), 2), (None, 0)],
)
def test_what_may_be_billed_and_has_no_known_cost_counts_in_full(came, spent):
    async def spend():
        budget = Budget(20.0, SETTINGS)
        budget.settle(await budget.reserve(BODY), came)
        return budget.spent

    assert asyncio.run(spend()) == spent


def test_one_that_gives_up_waiting_hinders_no_other():
    async def spend():
        budget = Budget(10.0, SETTINGS)
        reserved = await budget.reserve(BODY)
        waiting = [asyncio.create_task(budget.reserve(BODY)) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        budget.settle(reserved, attempt(0))
        return await waiting[1]

    assert asyncio.run(spend()) == 10.0


def test_an_output_longer_than_any_before_raises_what_is_set_aside():
    async def spend():
        budget = Budget(1e9, Settings(model="openai/m", price=Price(input=0, output=1e6)))
        first = await budget.reserve(BODY)
        budget.settle(first, attempt(4_000))
        return first, await budget.reserve(BODY)

    assert asyncio.run(spend()) == (2_000.0, 6_000.0)


def test_a_model_of_unknown_price_can_have_no_budget():
    with pytest.raises(ConfigurationError, match="No price is known"):
        Budget(1.0, Settings(model="openai/nobody-knows"))


def test_an_estimate_of_tokens_errs_to_the_high_side():
    assert estimate_tokens({"messages": [{"content": "word " * 300}], "response_format": {}}) >= 300
