"""What an assistant sees and does: packs and cards are found, cards added and answered, nothing twice."""

import pytest
from mcp import Client as Assistant
from mcp_types import GetPromptResult, ListToolsResult
from sqlalchemy import delete, func, select

from studylens.models import Flashcard, GuestDevice, ReviewLog
from studylens.study.packs.search import index_pack
from studylens.web.api import pace
from studylens.web.door.guests import make_token
from studylens.web.door.wiring import Wiring
from tests.assistants.conftest import Tools
from tests.remote.server import Reply, ScriptedServer
from tests.study.reviews.world import add_deck, add_guest

AMARE, ESSE = {"front": "amare", "back": "to love"}, {"front": "esse", "back": "to be"}


def count(wiring: Wiring, model: type[Flashcard] | type[ReviewLog]) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_every_tool_says_what_it_does_what_it_takes_and_whether_it_changes_anything(tools: Tools) -> None:
    async def work(assistant: Assistant) -> ListToolsResult:
        return await assistant.list_tools()

    told: ListToolsResult = tools.ask(work)
    writing = {tool.name for tool in told.tools if tool.annotations and not tool.annotations.read_only_hint}
    assert writing == {"add_cards", "answer_card"}
    assert {tool.name for tool in told.tools} - writing == {
        "find_packs", "find_cards", "what_is_due", "progress",
    }  # fmt: skip
    for tool in told.tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations
        assert not tool.annotations.destructive_hint


def test_a_student_asks_to_be_quizzed(tools: Tools) -> None:
    async def work(assistant: Assistant) -> GetPromptResult:
        return await assistant.get_prompt("quiz_me")

    told: GetPromptResult = tools.ask(work)
    assert "wait for my answer" in told.model_dump_json()


def test_cards_are_added_to_a_new_pack_found_and_answered_once(tools: Tools, wiring: Wiring) -> None:
    made = tools.call("add_cards", pack=" Latin  verbs", cards=[AMARE, ESSE])
    assert (made["title"], made["pack_is_new"], len(made["added"])) == ("Latin verbs", True, 2)
    assert [pack["title"] for pack in tools.call("find_packs", words="verb")["packs"]] == ["Latin verbs"]
    [found] = tools.call("find_cards", words="love", pack=made["pack"])["cards"]
    due = tools.call("what_is_due", limit=1)
    assert (due["cards"], due["more"]) == ([found], True)

    answer = {"card": found["id"], "showing": found["showing"], "rating": 4}
    first, again = (tools.call("answer_card", **answer) for _ in range(2))
    assert (first["counted"], again["counted"], count(wiring, ReviewLog)) == (True, False, 1)
    assert (first["card"]["state"], first["card"]["showing"]) == ("review", 1)
    assert again["card"] == first["card"]
    assert [card["front"] for card in tools.call("what_is_due")["cards"]] == ["esse"]
    now = tools.call("progress")
    assert (now["cards"], now["due"], now["answers_today"]) == (2, 1, 1)
    assert "Ask what is due" in tools.refused("answer_card", **answer | {"showing": 2})


def test_two_who_answer_the_same_showing_at_once_count_once(
    tools: Tools, url: str, token: str, wiring: Wiring
) -> None:
    [card] = tools.call("add_cards", pack="Latin", cards=[AMARE])["added"]
    answer = ("answer_card", {"card": card["id"], "showing": 0, "rating": 3})
    answers = tools.at_once(*[answer] * 4)
    assert [one.is_error for one in answers] == [False] * 4
    assert count(wiring, ReviewLog) == 1
    assert not Tools(url, token).call("answer_card", **answer[1])["counted"]


def test_cards_asked_for_twice_or_at_once_are_there_once_in_one_pack(tools: Tools, wiring: Wiring) -> None:
    calls = [("add_cards", {"pack": title, "cards": [AMARE, ESSE]}) for title in ("Latin", "latin ", "LATIN")]
    told = [answer.structured_content or {} for answer in tools.at_once(*calls)]
    assert sorted(one["pack_is_new"] for one in told) == [False, False, True]
    assert sorted(len(one["known"]) for one in told) == [0, 2, 2]
    other = AMARE | {"back": "lieben"}
    assert len(tools.call("add_cards", pack=told[0]["pack"], cards=[AMARE, other, other])["added"]) == 1
    assert count(wiring, Flashcard) == 3


def test_a_title_of_two_packs_is_asked_about(tools: Tools, wiring: Wiring, guest: int) -> None:
    with wiring.database.writing() as session:
        packs = [add_deck(session, guest, 1) for _ in range(2)]
        for pack in packs:
            index_pack(session, pack)
        ids = [pack.id for pack in packs]
    told = tools.refused("add_cards", pack="Osmosis", cards=[AMARE])
    assert all(one in told for one in ids)
    assert tools.call("add_cards", pack=ids[0], cards=[AMARE])["pack"] == ids[0]
    assert "Name the pack" in tools.refused("add_cards", pack=" ", cards=[AMARE])


def test_a_title_without_a_letter_names_its_pack_too(tools: Tools) -> None:
    told = [tools.call("add_cards", pack="???", cards=[card]) for card in (AMARE, ESSE)]
    assert [one["pack_is_new"] for one in told] == [True, False]


def test_what_was_added_before_a_fault_is_said_and_not_added_again(tools: Tools) -> None:
    cards = [AMARE, {"front": "x" * 1_001, "back": "too long"}, ESSE]
    told = tools.refused("add_cards", pack="Latin", cards=cards)
    assert "the limit is 1,000" in told
    assert "1 of the cards were added before" in told
    again = tools.call("add_cards", pack="Latin", cards=[AMARE, ESSE])
    assert (len(again["known"]), len(again["added"])) == (1, 1)


def test_nothing_of_another_student_is_found_or_changed(tools: Tools, wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        pack = add_deck(session, add_guest(session), 2)
        card, pack_id = pack.cards[0].uid, pack.id
    assert tools.call("find_packs")["packs"] == tools.call("find_cards")["cards"] == []
    for name, given in (
        ("add_cards", {"pack": pack_id, "cards": [AMARE]}),
        ("answer_card", {"card": card, "showing": 0, "rating": 3}),
        ("find_cards", {"pack": pack_id}),
    ):
        assert "Not Found: There is nothing here" in tools.refused(name, **given)


def test_parts_go_on_where_the_one_before_ended(tools: Tools, wiring: Wiring, guest: int) -> None:
    with wiring.database.writing() as session:
        add_deck(session, guest, 5)
    fronts, cursor = [], ""
    for _ in range(3):
        part = tools.call("find_cards", words="front", cursor=cursor, limit=2)
        fronts += [card["front"] for card in part["cards"]]
        cursor = part["next"]
    assert (len(set(fronts)), cursor) == (5, "")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("what_is_due", {"limit": 51}),
        ("answer_card", {"card": "x", "showing": 0, "rating": 5}),
        ("answer_card", {"card": "x", "showing": 0, "rating": "very well"}),
        ("answer_card", {"card": "x" * 65, "showing": 0, "rating": 3}),
        ("add_cards", {"pack": "Latin", "cards": []}),
        ("add_cards", {"pack": "Latin", "cards": [{"front": "amare"}]}),
        ("add_cards", {"pack": "Latin", "cards": [AMARE] * 51}),
    ],
)
def test_what_no_tool_takes_is_refused_before_anything_is_asked(name: str, given: dict[str, object]) -> None:
    with ScriptedServer() as server:
        assert "validation error" in Tools(server.url, "a-token-of-tests").refused(name, **given)
        assert server.asked == []


def test_a_token_that_was_taken_back_or_may_not_do_this_is_said_so(
    tools: Tools, url: str, wiring: Wiring, guest: int
) -> None:
    with wiring.database.writing() as session:
        reader = Tools(url, make_token(session, guest, "a reader", "read"))
    told = reader.refused("add_cards", pack="Latin", cards=[AMARE])
    assert "lacks the scope “write”" in told
    assert "page of devices" in told
    with wiring.database.writing() as session:
        session.execute(delete(GuestDevice))
    told = tools.refused("what_is_due")
    assert "Unauthorized: This token is not known here, or it was taken back" in told
    assert "STUDYLENS_TOKEN" in told


def test_who_asks_too_fast_is_told_when_to_go_on(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "A_SECOND", 0.0)
    monkeypatch.setattr(pace, "AT_ONCE", 1.0)
    tools.call("find_packs")
    assert "Try again in 1 seconds" in tools.refused("find_packs")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(200, b"<html>A page</html>"), "no Studylens"),
        (Reply(200, []), "not what Studylens sends"),
        (Reply(200, {"items": [{"id": 1}], "next": None}), "not what Studylens sends"),
        (Reply(502, b"Bad Gateway"), "Try the same call again in a minute"),
        (None, "does not answer"),
    ],
)
def test_a_service_that_is_away_or_none_is_named(reply: Reply | None, told: str) -> None:
    with ScriptedServer(*[reply] * 3) as server:
        assert told in Tools(server.url, "a-token-of-tests").refused("what_is_due")
