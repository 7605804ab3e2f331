"""A small shop without a mistake, made up from a seed, and its map: what each rule of the audit is tried on.

Every number of `SOUND` can be changed to plant a mistake. A number that ends in ``_late`` holds in the second half of
the year, which is the period that is judged; the first half is the period before it.
"""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from farled.journeys.build import build
from farled.maps.audit.evidence import Evidence
from farled.maps.load import loads
from farled.maps.measure import Measuring, Stamp
from farled.spans import DAY, HOUR, MINUTE, Period, instant, moment

START = instant(moment(0).replace(year=2025))
HALF, END = 180, 470
TODAY = date(2026, 1, 1)
MAP = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
ITEMS, CAMPAIGNS, METHODS = 12, ("spring", "summer", "autumn"), ("card", "invoice")
QUERIES = ("jacket", "boots", "hat")
LISTED = (
    "Leveransen kom alldeles för sent",
    "Leveransen dröjde och ingen sade något",
    "Fel leveransdag, väldigt besviken",
    "Dålig leverans, paketet var blött",
)
UNLISTED = (
    "Storleken stämde inte alls, byxorna var små",
    "Byxorna var för små, fel storlek",
    "Storlekstabellen stämmer inte, tröjan var liten",
    "Helt fel storlek på tröjan",
)
SOUND = {
    # notice and explore
    "tip": 0.3, "skip": 0.02, "no_persona": 0.0, "both_personas": 0.0, "explore": 0.85, "unlinked": 0.0, "slow": 1.0,
    "lost_page": 0.05, "lost_search": 0.05, "app_drop": 0.0, "price_apart": 0.0, "stop_pages": 0, "unmapped": 0.0,
    # buy
    "cart_a": 0.5, "cart_b": 0.7, "mobile_drop": 0.0, "again_cart": 0.0, "hand_drop": 0.0, "order": 0.75,
    "order_late": 0.75, "mobile_order_late": 0.0, "remind": 0.8, "remind_days": 0.3, "remind_after": 0.0, "blind": 0.0,
    # use
    "quiet_after": 0.0, "confirm": 0.97, "deliver": 0.99, "late": 0.01, "sent_back": 0.05, "sent_back_late": 0.05,
    "ticket": 0.3, "status_topic": 0.07, "reply": 0.995, "reply_hours": 4.0, "weekend_hours": 4.0,
    # feedback and return
    "ask": 0.85, "answer_a": 0.5, "answer_b": 0.5, "leave": 0.2, "left_answer": 1.0, "poll": 0.25, "unhappy_page": 0.0,
    "unlisted": 0.0, "news": 0.85, "again": 0.3,
}  # fmt: skip


class _Shop:
    def __init__(self, customers, seed, numbers):
        self.p, self.rng, self.blocks = numbers, np.random.default_rng(seed), []
        self.plan = np.where(self.chance(customers, 0.5), "a", "b").astype(object)
        self.plan[self.chance(customers, numbers["both_personas"])] = "both"
        self.plan[self.chance(customers, numbers["no_persona"])] = "none"
        self.device = np.where(self.chance(customers, 0.6), "mobile", "desktop")
        self.method = np.array(METHODS)[self.rng.integers(0, 2, customers)]
        self.entry = START + (self.rng.random(customers) * 2 * HALF * DAY).astype(np.int64)

    def chance(self, n, share):
        return self.rng.random(n) < share

    def later(self, time, days):
        return time + (self.rng.exponential(days, len(time)) * DAY).astype(np.int64) + MINUTE

    def happens(self, name, who, time, channel="webshop", rows=slice(None), **properties):
        """Note an event of some of some customers, as far as the data go."""
        whole = len(who)
        values = {key: np.broadcast_to(value, whole)[rows] for key, value in properties.items()}
        who, time, channel = who[rows], time[rows].astype(np.int64), np.broadcast_to(channel, whole)[rows]
        keep = time < START + END * DAY
        values = {key: value[keep] for key, value in values.items()}
        self.blocks.append((name, who[keep], time[keep], channel[keep], values))

    def poll(self, who, time, share, touchpoint, unhappy=0.0):
        """Let some say how they feel about a touchpoint."""
        chosen = self.chance(len(who), share)
        who, time = who[chosen], self.later(time[chosen], 0.01)
        usual = self.rng.choice([2, 3, 4, 5], len(who), p=[0.15, 0.3, 0.4, 0.15])
        score = np.where(self.chance(len(who), unhappy), self.rng.integers(1, 3, len(who)), usual).astype(float)
        other = self.chance(len(who), self.p["unlisted"])
        said = np.where(other, self.rng.choice(UNLISTED, len(who)), self.rng.choice(LISTED, len(who)))
        text = np.where((score < 3) & (touchpoint == "page"), said, None)
        self.happens("poll", who, time, "survey", score=score, scale="stars", touchpoint=touchpoint, text=text)

    def notice(self):
        everybody = np.arange(len(self.entry))
        skips, by_tip = self.chance(len(everybody), self.p["skip"]), self.chance(len(everybody), self.p["tip"])
        campaign = np.array(CAMPAIGNS)[self.rng.integers(0, 3, len(everybody))]
        ad, tip = ~skips & ~by_tip, ~skips & by_tip
        self.happens("ad_click", everybody, self.entry, "social", ad, campaign=campaign, device=self.device)
        self.happens("tip", everybody, self.entry, "social", tip, device=self.device)
        self.poll(everybody[ad], self.entry[ad], self.p["poll"], "ad")
        goes = self.chance(len(everybody), self.p["explore"]) & ~self.chance(len(everybody), self.p["unlinked"]) | skips
        days = 2.0 * np.where(self.entry[goes] >= START + HALF * DAY, self.p["slow"], 1.0)
        return everybody[goes], self.later(self.entry[goes], days)

    def explore(self, who, time):
        self.happens("wishlist_add", who, time + 9 * MINUTE, rows=self.chance(len(who), self.p["unmapped"]))
        for share in (1.0, 0.4, 0.4):
            there = self.chance(len(who), share)
            self.visit(who[there], time[there], is_first=share == 1.0)
            time = np.where(there, self.later(time, 1.0), time)
        share = np.where(self.plan[who] == "b", self.p["cart_b"], self.p["cart_a"])
        goes = self.chance(len(who), share - self.p["mobile_drop"] * (self.device[who] == "mobile"))
        return who[goes], self.later(time[goes], 0.5)

    def visit(self, who, time, is_first):
        """Let customers see an item, perhaps search, and see another."""
        n, p, device = len(who), self.p, self.device[who]
        item = self.rng.integers(0, ITEMS, n)
        channel = np.where(self.chance(n, 0.3), "app", "webshop")
        price = (100 + 10 * item + 5 * ((channel == "app") & self.chance(n, p["price_apart"]))).astype(float)
        open_ = time <= START + (2 * HALF - p["stop_pages"]) * DAY if p["stop_pages"] else np.ones(n, dtype=bool)
        page = {"item": item, "price": price, "device": device}
        self.happens("view_item", who, time, channel, open_, **page)
        stays = ~self.chance(n, p["lost_page"] + p["app_drop"] * (channel == "app")) & open_
        searches = self.chance(n, 0.5) & stays
        query = np.array(QUERIES)[self.rng.integers(0, 3, n)]
        self.happens("site_search", who, time + 2 * MINUTE, "webshop", searches, query=query, device=device)
        more = (stays & ~searches) | (searches & ~self.chance(n, p["lost_search"]))
        self.happens("view_item", who, time + 4 * MINUTE, channel, more, **page)
        if is_first:
            self.poll(who, time + 5 * MINUTE, p["poll"], "page", p["unhappy_page"])

    def buy(self, who, time):
        p, device, method = self.p, self.device[who], self.method[who]
        by_search = self.chance(len(who), 0.4)
        self.happens("site_search", who, time - MINUTE, rows=by_search, device=device)
        self.happens("add_to_cart", who, time, device=device, method=method)
        for again in range(3):
            back = self.chance(len(who), p["again_cart"])
            self.happens("site_search", who, time + (10 * again + 3) * MINUTE, rows=back)
            self.happens("add_to_cart", who, time + (10 * again + 6) * MINUTE, rows=back, device=device, method=method)
        self.poll(who, time + MINUTE, p["poll"], "cart")
        late = p["order_late"] - p["mobile_order_late"] * (device == "mobile")
        share = np.where(time >= START + HALF * DAY, late, p["order"]) - p["hand_drop"] * ~by_search
        orders = self.chance(len(who), share)
        told = self.chance(len(who), p["remind"]) & ~orders
        self.happens("reminder_sent", who, time + int(p["remind_days"] * DAY), "email", told)
        who, time = who[orders], np.minimum(self.later(time[orders], 0.4), time[orders] + 5 * DAY)
        self.happens("reminder_sent", who, time + HOUR, "email", self.chance(len(who), p["remind_after"]))
        return self.with_blind(who, time)

    def with_blind(self, who, time):
        """Add buyers of whom nothing earlier is known."""
        blind = np.flatnonzero(self.chance(len(self.entry), self.p["blind"]))
        new = len(self.plan) + np.arange(len(blind))
        self.plan = np.concatenate([self.plan, np.full(len(blind), "a", dtype=object)])
        self.device = np.concatenate([self.device, self.device[blind]])
        self.method = np.concatenate([self.method, self.method[blind]])
        return np.concatenate([who, new]), np.concatenate([time, self.entry[blind] + DAY])

    def order(self, who, time):
        paid = {"method": self.method[who], "device": self.device[who]}
        number = np.arange(len(who))
        channel = np.where(self.chance(len(who), 0.3), "app", "webshop")
        self.happens("order", who, time, channel, order_no=1, category=np.array(["coats", "boots"])[number % 2], **paid)
        again = self.chance(len(who), self.p["again"])
        second = time + (self.rng.uniform(40, 85, len(who)) * DAY).astype(np.int64)
        self.happens("order", who, second, "webshop", again, order_no=2, **paid)
        self.happens("order_confirmed", who, second + 3 * MINUTE, "email", again)
        self.happens("delivered", who, second + 3 * DAY, "delivery", again, on_time=True)

    def use(self, who, time):
        p, n = self.p, len(who)
        loud = ~self.chance(n, p["quiet_after"])
        self.happens("order_confirmed", who, time + 2 * MINUTE, "email", self.chance(n, p["confirm"]) & loud)
        share = np.where(time >= START + HALF * DAY, p["sent_back_late"], p["sent_back"])
        self.happens("return_requested", who, time + self.rng.uniform(6, 20, n) * DAY, rows=self.chance(n, share))
        arrives = self.chance(n, p["deliver"]) & loud
        who, time = who[arrives], (time + self.rng.uniform(1.5, 4, n) * DAY).astype(np.int64)[arrives]
        slow = self.chance(len(who), p["late"])
        days = [str(moment(int(at) + (-3 * DAY if late else DAY)).date()) for at, late in zip(time, slow, strict=True)]
        promised = np.array(days, dtype=object)
        self.happens("delivered", who, time, "delivery", on_time=~slow, promised=promised)
        return who, time

    def service(self, who, time):
        asks = self.chance(len(who), self.p["ticket"])
        who, time = who[asks], (time + self.rng.uniform(1, 30, len(who)) * HOUR).astype(np.int64)[asks]
        topic = np.where(self.chance(len(who), self.p["status_topic"]), "order_status", "product")
        number = np.array([f"t{at}" for at in range(len(who))], dtype=object)
        self.happens("ticket_opened", who, time, "support", topic=topic, ticket=number)
        weekend = np.array([moment(int(at)).weekday() >= 5 for at in time], dtype=bool)
        usual = np.where(weekend, self.p["weekend_hours"], self.p["reply_hours"])
        wait = usual * np.exp(0.5 * self.rng.standard_normal(len(who))) * HOUR
        replied = self.chance(len(who), self.p["reply"])
        self.happens("ticket_answered", who, time + wait, "support", replied, ticket=number)
        self.poll(who, time + 2 * DAY, min(1.0, 3 * self.p["poll"]), "ticket")

    def stay(self, who, time):
        p, asked = self.p, self.chance(len(who), self.p["ask"])
        leaves = asked & self.chance(len(who), p["leave"])
        self.happens("survey_sent", who, time + 2 * DAY, "email", asked)
        share = np.where(self.plan[who] == "a", p["answer_a"], p["answer_b"]) * np.where(leaves, p["left_answer"], 1.0)
        says = asked & self.chance(len(who), share)
        score = self.rng.choice([2, 3, 4, 5], len(who), p=[0.15, 0.3, 0.4, 0.15]).astype(float)
        said = {"score": score, "scale": "csat", "survey": "delivery"}
        self.happens("csat", who, time + 2 * DAY + 5 * HOUR, "survey", says, **said)
        for at in range(1, 7):
            opens = self.chance(len(who), p["news"]) & ~leaves
            when = (time + (40 * at + self.rng.uniform(0, 5, len(who))) * DAY).astype(np.int64)
            self.happens("email_open", who, when, "email", opens)
            self.poll(who[opens], when[opens], p["poll"] / 3, "news")

    def journeys(self):
        lengths = [len(who) for _, who, _, _, _ in self.blocks]
        n, plans = sum(lengths), len(self.plan)
        names = np.repeat([name for name, *_ in self.blocks], lengths)

        def load(wanted):
            if wanted == "properties":
                return pa.array([None] * n + [json.dumps({"plan": plan}) for plan in self.plan], pa.string())
            found = [
                channel if wanted == "channel" else values.get(wanted, np.full(len(who), None))
                for _, who, _, channel, values in self.blocks
            ]
            return pa.array([value for part in found for value in part.tolist()] + [None] * plans)

        who = np.concatenate([*(who for _, who, _, _, _ in self.blocks), np.arange(plans)])
        time = np.concatenate([*(time for _, _, time, _, _ in self.blocks), np.full(plans, START - DAY)])
        said = pa.array([*names.tolist(), *["identify"] * plans]).dictionary_encode()
        return build(pa.array(who), pa.array(time), said, load=load, end=START + END * DAY)


def shop(customers=2400, seed=1, **changes):
    """The journeys of the shop, with some of its numbers changed."""
    assert set(changes) <= set(SOUND), set(changes) - set(SOUND)
    made = _Shop(customers, seed, SOUND | changes)
    buyers = made.buy(*made.explore(*made.notice()))
    made.order(*buyers)
    served = made.use(*buyers)
    made.service(*served)
    made.stay(*served)
    return made.journeys()


def half(number):
    """A half of the year: the second is the one that is judged."""
    start, end = START + number * HALF * DAY, START + (number + 1) * HALF * DAY
    return Period(start, end, moment(start).date(), moment(end).date())


def evidence(journeys=None, map_text=MAP, **more):
    """What the audit is given of journeys and a map; the sound ones by default."""
    map_ = loads(map_text)
    measuring = Measuring(map_, shop() if journeys is None else journeys, None, Stamp("UTC"))
    return Evidence(map_, TODAY, half(1), measuring.snapshot(half(1)), measuring, **more)


def unmeasured(map_text=MAP):
    """A map of which nothing is measured."""
    return Evidence(loads(map_text), TODAY)
