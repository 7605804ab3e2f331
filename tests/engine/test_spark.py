"""On a real Spark every question gives the answer that it gives here."""

import json
import shutil
import socket
import sys

import pytest

import farled
from farled import InputError, MissingExtraError, NotFoundError
from farled.engine.spark import Spark
from farled.journeys.build import journeys_of
from farled.journeys.stored import IndexStore
from farled.questions import QUESTIONS
from farled.workspace.demo import demo
from farled.workspace.storing import add

MANY = 155_000  # customers with about five million events
KINDS = ("events", "name", "customers", "identified", "cold")

BUY = ["page_view", "add_to_cart", "order"]
MAP = "nordbod-purchase"
MONTHS = {"a": "2026-08", "b": "2026-07"}
EXAMPLES = [
    {"question": "funnel", "steps": BUY, "within": "30d", "by": "channel"},
    {"question": "flow", "cut": "1d", "by": "channel"},
    {"question": "paths", "end": "order"},
    {"question": "timing", "start": "page_view", "end": "order", "within": "30d"},
    {"question": "sessions", "by": "channel"},
    {"question": "variants", "cut": "1d", "top": 5},
    {"question": "attribution", "goal": "order", "model": "all", "resamples": 20},
    {"question": "attribution", "goal": "order", "model": "linear", "value": "value", "resamples": 20},
    {"question": "retention", "start": "page_view", "period": "month"},
    {"question": "lifecycle"},
    {"question": "nps", "by": "month"},
    {"question": "csat"},
    {"question": "ces", "by": "name"},
    {"question": "sentiment", "by": "name"},
    {"question": "topics", "topics": 3},
    {"question": "compare", "of": {"question": "funnel", "steps": BUY}, **MONTHS},
    {"question": "drivers", "step": 2, "of": {"question": "funnel", "steps": BUY[1:], "within": "30d"}},
    {"question": "trend", "of": {"question": "funnel", "steps": BUY[1:]}, "period": "month"},
    {"question": "robust", "of": {"question": "funnel", "steps": BUY[1:], "within": "30d"}},
]
BESIDE = [
    {"where": {"attr": "country", "is": "NO"}, "by": "device"},
    {"where": {"event": "chat_started"}, "during": "2026-07"},
    {"where": {"behind": {"question": "funnel", "steps": BUY}, "part": "/steps/2/dropped"}},
    {"during": "90d"},
    {"map": MAP, "steps": ["product-page", "cart"]},
    {"map": MAP, "steps": ["product-page", "cart"], "by": ["maja", "sofie"]},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("shop") / "shop"
    assert demo(made, customers=2000).events
    return made


@pytest.fixture(scope="module")
def here(folder):
    return farled.open(folder)


@pytest.fixture(scope="module")
def there(folder, cluster):
    return farled.open(folder, engine=cluster.address)


def plain(answer):
    return json.loads(json.dumps(answer.to_dict()))


def test_every_question_has_an_example():
    assert {example["question"] for example in EXAMPLES} == set(QUESTIONS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["question"])
def test_every_question_gives_the_same_answer(example, here, there):
    assert plain(there.ask(example)) == plain(here.ask(example))


@pytest.mark.parametrize("beside", BESIDE, ids=str)
def test_segments_periods_maps_and_properties_are_the_same(beside, here, there):
    asked = {"question": "funnel", "steps": BUY, **beside}
    assert plain(there.ask(asked)) == plain(here.ask(asked))


def test_the_customers_behind_a_number_are_the_same(here, there):
    for asked, part in ((EXAMPLES[0], "/steps/1/dropped"), (EXAMPLES[2], "/paths/0/customers")):
        found = here.customers_behind(asked, part)
        assert found
        assert there.customers_behind(asked, part) == found


def test_over_the_events_alone_workers_make_the_index_for_themselves(folder, cluster, here, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare, ignore=shutil.ignore_patterns("index"))
    far = farled.open(bare, engine=Spark(cluster.address, over="events"))
    assert (far.customers, far.events, far.names) == (here.customers, here.events, here.names)
    assert (far.start, far.end) == (here.start, here.end)
    for asked in (EXAMPLES[0], EXAMPLES[1], {**EXAMPLES[2], "where": {"attr": "country", "is": "NO"}}):
        assert plain(far.ask(asked)) == plain(here.ask(asked))
    assert far.customers_behind(EXAMPLES[0], "/steps/1/dropped") == here.customers_behind(
        EXAMPLES[0], "/steps/1/dropped"
    )
    assert not (bare / "index").exists()
    assert far.journeys.chunks()[0].n  # who looks at the journeys here gets them here
    assert (bare / "index").is_dir()


def test_workers_build_the_index_of_the_workspace(folder, cluster, here, tmp_path):
    made = tmp_path / "made"
    shutil.copytree(folder, made, ignore=shutil.ignore_patterns("index"))
    told = []
    far = farled.open(made, progress=lambda done, total: told.append((done, total)), engine=cluster.address)
    assert far.events == here.events
    assert told == [(0, 16), (16, 16)]
    assert IndexStore(made / "index").damaged() == []
    assert plain(farled.open(made).ask(EXAMPLES[1])) == plain(here.ask(EXAMPLES[1]))
    assert sorted(path.name.split(".")[2] for path in (made / "index").glob("000.*")) == sorted(KINDS)


def test_what_was_added_since_is_added_by_workers(folder, cluster, tmp_path):
    grown = tmp_path / "grown"
    shutil.copytree(folder, grown)
    before = farled.open(grown).customers
    rows = tmp_path / "more.csv"
    rows.write_text("customer,time,name\nmia,2026-09-30T10:00:00Z,order\nmia,2026-09-30T09:00:00Z,brand_new\n")
    add(farled.open(grown).folder, [str(rows)])
    far = farled.open(grown, engine=cluster.address)
    assert far.customers == before + 1
    assert far.ask({"question": "funnel", "steps": ["brand_new", "order"]}).steps[1].customers == 1


def test_many_results_are_merged_by_the_workers(folder, cluster, here):
    far = farled.open(folder, engine=Spark(cluster.address, fan_in=3))
    for asked in (EXAMPLES[0], EXAMPLES[1]):
        assert plain(far.ask(asked)) == plain(here.ask(asked))


def test_an_error_of_a_worker_comes_back_as_it_was(there):
    with pytest.raises(NotFoundError, match=r"'ordr'.*\n.*Did you mean 'order'"):
        there.ask({"question": "funnel", "steps": ["page_view", "ordr"]})
    with pytest.raises(NotFoundError, match="No event has a property named 'sise'"):
        there.ask({"question": "flow", "by": "sise"})
    with pytest.raises(NotFoundError):
        there.customers_behind(EXAMPLES[0], "/steps/9/dropped")


def test_files_that_workers_do_not_see_are_said(folder, cluster, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare, ignore=shutil.ignore_patterns("index"))
    for file in (bare / "events").glob("bucket=*/*.parquet"):
        file.unlink()
    far = farled.open(bare, engine=Spark(cluster.address, over="events"))
    with pytest.raises(InputError, match=f"A worker does not find {bare}/events/bucket=.*parquet"):
        assert far.events


def test_journeys_in_memory_are_not_for_spark(cluster):
    with pytest.raises(InputError, match="lie in memory"):
        Spark(cluster.address).ask(journeys_of({"ana": [("visit", 0)]}), farled.Flow())


def test_another_farled_on_the_workers_is_said(there, monkeypatch):
    monkeypatch.setattr("farled.engine.spark.version", lambda _: "0.0.1")
    with pytest.raises(InputError, match=r"The workers of Spark have Farled .*, but this is Farled 0\.0\.1"):
        there.ask(farled.Flow(by="price"))


def test_another_python_on_the_workers_is_said(there, monkeypatch):
    monkeypatch.setattr(there._engine.session.sparkContext, "pythonVer", "3.9")
    with pytest.raises(InputError, match="another Python than here"):
        there.ask(farled.Flow())


def test_an_address_where_no_spark_is_is_said_at_once(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(InputError, match=f"No Spark answers at spark://127.0.0.1:{port}"):
        farled.open(folder, engine=f"spark://127.0.0.1:{port}")


@pytest.mark.parametrize("engine", ["spork://here", "spark://here", "", 5])
def test_what_is_no_engine_is_said(engine, folder):
    with pytest.raises(InputError):
        farled.open(folder, engine=engine)


def test_a_second_address_is_refused_while_there_is_a_session(there):
    with pytest.raises(InputError, match=r"a Spark session at spark://.* already"):
        Spark("local[1]")


def test_spark_is_an_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingExtraError, match=r"farled\[spark\]"):
        Spark("local[1]")


def test_pandas_belongs_to_the_extra(there, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"farled\[spark\]"):
        there.ask(farled.Flow())


def test_a_session_may_be_handed_over(folder, there, here):
    session = there._engine.session
    assert plain(farled.open(folder, engine=session).ask(EXAMPLES[2])) == plain(here.ask(EXAMPLES[2]))


@pytest.mark.slow
def test_five_million_events_give_the_same_answers(cluster, tmp_path):
    made = tmp_path / "large"
    here = demo(made, customers=MANY)
    assert here.events > 32 * MANY
    there = farled.open(made, engine=cluster.address)
    for asked in EXAMPLES:
        if asked["question"] not in ("sentiment", "topics"):  # their cost is the reading of texts, not of events
            assert plain(there.ask(asked)) == plain(here.ask(asked)), asked
