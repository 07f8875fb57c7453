"""Who rests, from when and for how long: failures counted in a row, by a clock of our own."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from studylens import limits
from studylens.analysis.llm.breaker import PATTERNS, Breaker
from studylens.analysis.llm.client import (
    BadAnswer,
    CallFailed,
    DayUsedUp,
    ModelUnavailable,
    OddPage,
    RateLimited,
    WrongKey,
    WrongModel,
)
from studylens.analysis.protocol.wire import Standing
from studylens.errors import EngineSkipped

KEY = "key 0123"
DOWN = ModelUnavailable("it is down")
FAULTS = [WrongModel("no such model"), WrongKey("the key is refused"), BadAnswer("no JSON")]


@dataclass
class Service:
    """What stays between pages: the clock, and how everybody stands."""

    at: float = 1_700_000_000.0
    standing: dict[str, Standing] = field(default_factory=dict)

    def page(self) -> Breaker:
        return Breaker(self.standing.values(), KEY, now=lambda: self.at, tell=self._hear)

    def fails(self, failure: CallFailed, times: int = 1, model: str = "a") -> None:
        for _ in range(times):
            self.page().failed(model, failure)

    def left(self, name: str = "a") -> float:
        return self.page().seconds_left(name)

    def _hear(self, standing: Standing) -> None:
        self.standing[standing.name] = standing


@pytest.fixture
def service() -> Service:
    return Service()


def rests(service: Service, failures: Iterable[CallFailed], name: str = "a") -> list[float]:
    """Return the rest after each failure; the next one follows as soon as it is over."""
    found = []
    for failure in failures:
        service.fails(failure)
        found.append(service.left(name))
        service.at += found[-1]
    return found


def test_an_outage_is_borne_twice_and_then_rests_grow_to_a_quarter_of_an_hour(service: Service) -> None:
    assert rests(service, [DOWN] * 10) == [0, 0, 15, 30, 60, 120, 240, 480, 900, 900]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_believed_on_its_second_time(service: Service, fault: CallFailed) -> None:
    name = KEY if isinstance(fault, WrongKey) else "a"
    first = PATTERNS[fault.kind].first
    assert rests(service, [fault] * 4, name) == [0, first, 2 * first, 4 * first]


def test_the_longest_rest_of_a_fault_is_a_quarter_of_a_day(service: Service) -> None:
    found = rests(service, [WrongModel("no such model")] * 1200)
    assert found[-1] == max(found) == limits.MODEL_LONGEST_FAULT_REST_SECONDS


def test_an_answer_wipes_the_slate(service: Service) -> None:
    service.fails(DOWN, 2)
    service.page().answered("a")
    assert rests(service, [DOWN] * 3) == [0, 0, 15]


def test_failures_of_another_kind_are_not_in_a_row(service: Service) -> None:
    assert rests(service, [DOWN, DOWN, BadAnswer("no JSON"), DOWN, WrongModel("?"), DOWN]) == [0] * 6


def test_two_faults_of_a_model_are_not_one_twice(service: Service) -> None:
    assert rests(service, [WrongModel("404"), WrongModel("400"), WrongModel("400")]) == [0, 0, 600]


def test_a_page_that_may_be_the_cause_is_not_counted(service: Service) -> None:
    service.fails(OddPage("it gave no answer"), 9)
    assert service.standing == {}


def test_models_that_fail_alike_on_one_page_confirm_each_other(service: Service) -> None:
    page = service.page()
    page.failed("a", WrongModel("no such model"))
    assert service.left("a") == 0
    page.failed("b", WrongModel("no such model"))
    assert service.left("a") == service.left("b") == limits.MODEL_FAULT_REST_SECONDS


def test_models_that_are_away_on_one_page_do_not(service: Service) -> None:
    page = service.page()
    page.failed("a", DOWN)
    page.failed("b", DOWN)
    assert service.left("a") == service.left("b") == 0


def test_a_rate_limit_rests_as_long_as_it_says_and_longer_when_it_did_not_mean_it(service: Service) -> None:
    assert rests(service, [RateLimited("too often", retry_after=2.0)] * 3) == [2, 60, 120]


def test_a_rest_that_is_asked_for_is_cut_to_a_day(service: Service) -> None:
    assert rests(service, [RateLimited("too often", retry_after=1e12)]) == [86_400]


def test_a_used_up_day_rests_to_its_end_however_often_it_is_said(service: Service) -> None:
    assert rests(service, [DayUsedUp("used up", retry_after=7_200.0)] * 2) == [7_200, 7_200]


def test_a_refused_key_stops_every_model(service: Service) -> None:
    page = service.page()
    page.failed("a", WrongKey("the key is refused"))
    page.failed("b", WrongKey("the key is refused"))
    assert page.key_rests
    with pytest.raises(EngineSkipped, match=r"^the key is refused$"):
        service.page().awake(["a", "b", "c"])


def test_another_key_has_a_clean_slate(service: Service) -> None:
    service.fails(WrongKey("the key is refused"), 2)
    other = Breaker(service.standing.values(), "key 4567", now=lambda: service.at, tell=lambda _: None)
    assert other.awake(["a"]) == ["a"]


def test_a_key_that_only_one_model_refuses_is_that_models_fault(service: Service) -> None:
    for _ in range(2):
        page = service.page()
        page.failed("a", WrongKey("not this model"))
        page.answered("b")
    assert service.page().awake(["a", "b"]) == ["b"]
    assert (service.standing["a"].kind, service.standing[KEY].failures) == ("model", 0)


def test_who_wakes_first_is_named_and_only_what_time_mends_has_a_time(service: Service) -> None:
    service.standing = {
        "a": Standing("a", "away", 3, service.at + 3_600, "it is down"),
        "b": Standing("b", "day", 1, service.at + 7_200, "today's free answers are used up"),
    }
    with pytest.raises(EngineSkipped, match=r"^it is down; it is asked again at 23:13 UTC$"):
        service.page().awake(["a", "b"])
    with pytest.raises(EngineSkipped, match=r"^today's free answers are used up$"):
        service.page().awake(["b"])
