"""The worked example with made-up numbers, and maps for hypothesis."""

from pathlib import Path

from ruamel.yaml import YAML

from farled.maps.model import MapFile

N = 12480


def nordbod() -> MapFile:
    """The map of a web shop with stores."""
    reader = YAML(typ="safe")
    reader.version = (1, 2)
    return MapFile.model_validate(reader.load(Path(__file__).with_name("nordbod.yaml").read_text(encoding="utf-8")))


def number(value, low, high, n, **more):
    return {"value": value, "low": low, "high": high, "n": n, **more}


def touchpoint(customers, onward, low, high, **more):
    share = customers / N
    return {
        "customers": customers,
        "share": number(round(share, 4), round(share * 0.96, 4), round(share * 1.04, 4), N),
        "events": round(customers * 1.7),
        "onward": number(onward, low, high, customers),
        "feeling": {"value": None, "reason": "hidden", "n": "1-9"},
        "answer_time": None,
        **more,
    }


def phase(reached, entered, completion, coverage, feeling, previous=None):
    observed, linked, seen = coverage
    return {
        "reached": reached,
        "entered": entered,
        "skipped": reached - entered,
        "now_here": reached // 10,
        "completion": completion,
        "previous": previous,
        "dwell": number(5400 * 3, 4920 * 3, 5880 * 3, reached, unit="seconds"),
        "coverage": {"value": min(coverage), "observed": observed, "linked": linked, "seen": seen},
        "feeling": feeling,
    }


def way(start, end, journeys, backward=False):
    return {
        "from": start, "to": end, "journeys": journeys, "occurrences": round(journeys * 1.2), "backward": backward,
    }  # fmt: skip


def persona(n, share, goal, feelings, completions):
    ids = ("awareness", "consideration", "purchase", "post_purchase", "loyalty")
    return {
        "n": n,
        "share": number(share, share - 0.009, share + 0.009, N),
        "metrics": {"purchase_rate": goal},
        "phases": {
            id_: {"feeling": feeling, "completion": completion}
            for id_, feeling, completion in zip(ids, feelings, completions, strict=True)
        },
    }


def snapshot():
    """What might have been measured on it: nothing of this was."""
    return {
        "farled": 1,
        "map": "nordbod-purchase",
        "map_hash": "9c41e07b",
        "period": ["2026-07-01", "2026-10-01"],
        "zone": "Europe/Stockholm",
        "journeys": {"n": N, "open": 310},
        "goal": number(0.033, 0.030, 0.037, N, metric="purchase_rate", target=0.034, state="unclear"),
        "phases": {
            "awareness": phase(12480, 12480, number(0.586, 0.577, 0.594, 12480), (1.0, 0.82, 0.98),
                               number(0.3, 0.1, 0.5, 64), number(0.571, 0.562, 0.580, 11800)),
            "consideration": phase(7310, 7190, number(0.293, 0.282, 0.303, 7310), (1.0, 0.93, 0.98),
                                   number(0.1, 0.0, 0.2, 212), number(0.301, 0.290, 0.312, 6740)),
            "purchase": phase(2140, 2102, number(0.195, 0.179, 0.213, 2140), (1.0, 0.90, 0.98),
                              number(-0.25, -0.41, -0.09, 118), number(0.178, 0.163, 0.194, 2260)),
            "post_purchase": phase(418, 402, number(0.313, 0.271, 0.359, 418), (0.67, 0.71, 0.96),
                                   number(-0.8, -1.04, -0.56, 77), number(0.318, 0.275, 0.365, 402)),
            "loyalty": {**phase(131, 131, None, (1.0, 0.62, 1.0), number(0.6, 0.2, 1.0, 19)), "dwell": None},
        },
        "touchpoints": {
            "ad-social": touchpoint(7400, 0.60, 0.59, 0.61),
            "seo": touchpoint(5900, 0.66, 0.65, 0.67),
            "product-page": touchpoint(7020, 0.29, 0.28, 0.30),
            "store-advice": touchpoint(640, 0.34, 0.30, 0.38),
            "cart": touchpoint(1910, 0.42, 0.40, 0.44),
            "cart-mail": touchpoint(310, 0.31, 0.26, 0.36),
            "checkout": touchpoint(412, 0.97, 0.95, 0.98),
            "order-status": touchpoint(402, 0.294, 0.251, 0.340, feeling=number(-0.7, -1.0, -0.4, 61)),
            "ticket": touchpoint(96, 0.22, 0.15, 0.31,
                                 answer_time=number(111600, 93600, 133200, 96, unit="seconds")),
            "csat-survey": touchpoint(88, 0.55, 0.44, 0.65),
            "newsletter": touchpoint(118, 0.30, 0.22, 0.39),
            "referral": touchpoint(34, 0.0, 0.0, 0.1),
        },
        "transitions": [
            way("ad-social", "product-page", 3900),
            way("ad-social", "seo", 2100),
            way("seo", "product-page", 3300),
            way("product-page", "cart", 1900),
            way("product-page", "store-advice", 420),
            way("store-advice", "cart", 210),
            way("cart", "checkout", 390),
            way("cart", "cart-mail", 310),
            way("cart-mail", "checkout", 60),
            way("cart", "product-page", 260, backward=True),
            way("checkout", "order-status", 402),
            way("order-status", "ticket", 141),
            way("order-status", "csat-survey", 130),
            way("csat-survey", "newsletter", 126),
            way("newsletter", "referral", 30),
            way("ticket", "newsletter", 22),
        ],
        "starts": {"ad-social": 7100, "seo": 4800, "store-advice": 580},
        "ends": {"ad-social": 1400, "seo": 1700, "product-page": 4870, "cart": 1100, "cart-mail": 190,
                 "newsletter": 128, "store-advice": 210},
        "metrics": {
            "purchase_rate": number(0.033, 0.030, 0.037, N, unit="share", target=0.034, state="unclear",
                                    series=[0.039, 0.038, 0.038, 0.037, 0.034, 0.036, 0.031, 0.030, 0.028, 0.032,
                                            0.030, 0.034, 0.033]),
            "seen_eta": number(0.281, 0.271, 0.292, 7020, unit="share", state="no_target",
                               series=[0.21, 0.24, 0.20, 0.23, 0.27, 0.24, 0.31, 0.30, 0.25, 0.29, 0.30, 0.27, 0.28]),
            "cart_completion": number(0.195, 0.179, 0.213, 2140, unit="share", target=0.55, state="under",
                                      series=[0.15, 0.155, 0.15, 0.16, 0.17, 0.165, 0.18, 0.178, 0.19, 0.20, 0.205,
                                              0.181, 0.195]),
            "on_time": number(0.91, 0.879, 0.934, 402, unit="share", target=0.95, state="under",
                              series=[0.93, 0.96, 0.95, 0.96, 0.95, 0.93, 0.92, 0.88, 0.88, 0.91, 0.9, 0.93, 0.91]),
            "first_reply": number(111600, 93600, 133200, 96, unit="seconds", target="4h", state="over",
                                  series=[72000, 80000, 76000, 91000, 88000, 95000, 99000, 111600]),
            "repurchase_90d": number(0.31, 0.24, 0.39, 131, unit="share", target=0.22, state="over",
                                     series=[0.2, 0.19, 0.22, 0.24, 0.24, 0.26, 0.28, 0.29, 0.28, 0.3, 0.31]),
            "nps": number(38, 12, 61, 24, unit="points", target=40, state="unclear", series=[31, 35, 38]),
        },
        "personas": {
            "maja": persona(7238, 0.58, number(0.041, 0.037, 0.046, 7238),
                            [number(0.4, 0.1, 0.7, 40), number(0.0, -0.2, 0.2, 110), number(-0.1, -0.3, 0.1, 70),
                             number(-0.9, -1.2, -0.6, 45), number(0.7, 0.1, 1.3, 12)],
                            [number(0.6, 0.59, 0.61, 7238), number(0.31, 0.30, 0.33, 4340),
                             number(0.24, 0.21, 0.26, 1340), number(0.33, 0.28, 0.39, 310), None]),
            "arne": persona(2122, 0.17, number(0.026, 0.020, 0.034, 2122),
                            [number(0.1, -0.3, 0.5, 14), number(0.5, 0.2, 0.8, 52), number(-0.6, -1.0, -0.2, 31),
                             number(-0.2, -0.7, 0.3, 18), {"value": None, "reason": "hidden", "n": "1-9"}],
                            [number(0.55, 0.53, 0.57, 2122), number(0.27, 0.25, 0.30, 1160),
                             number(0.17, 0.14, 0.21, 315), number(0.3, 0.19, 0.43, 54), None]),
            "rest": persona(3120, 0.25, number(0.022, 0.017, 0.028, 3120),
                            [number(0.3, -0.2, 0.8, 10), number(0.2, -0.1, 0.5, 50), number(-0.1, -0.5, 0.3, 17),
                             number(-0.7, -1.3, -0.1, 14), {"value": None, "reason": "hidden", "n": "1-9"}],
                            [number(0.57, 0.55, 0.59, 3120), number(0.27, 0.25, 0.29, 1780),
                             number(0.21, 0.18, 0.25, 480), number(0.28, 0.18, 0.4, 54), None]),
        },
        "unmapped": [
            {"event": "wishlist_add", "channel": "webshop", "journeys": 1310, "share": number(0.105, 0.1, 0.11, N)},
            {"event": "size_guide", "channel": "webshop", "journeys": 840, "share": 0.067},
            {"event": "chat_opened", "channel": "chat", "journeys": 390, "share": 0.031},
        ],
        "audit": [],
    }  # fmt: skip
