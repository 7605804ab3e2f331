"""What can happen to a customer of the demo shop: the states of the chain."""

from dataclasses import dataclass

PHASES = ("awareness", "consideration", "purchase", "post_purchase", "loyalty")


@dataclass(frozen=True, slots=True)
class State:
    """One place of the chain; being there makes one event.

    When a state follows another, it follows within the visit with probability ``same`` (after a log-normal number of
    seconds), else on a later day at an hour of the profile ``hours``.

    Attributes:
        event: Name of the event.
        channel: Channel of the event.
        touchpoint: Touchpoint of the demo map to which the event belongs; empty if it is on no touchpoint.
        same: Probability that it follows within the visit, 0 to 1.
        seconds: Median of the seconds to it within a visit.
        days: Mean of the days to it beyond the first, otherwise.
        hours: Profile of `calendar.HOURS`; "own" is that of the persona.
        properties: Fixed properties of the event.
        like: State whose branches it shares; empty if it has its own.
        spread: Standard deviation of the logarithm of the seconds.
    """

    event: str
    channel: str
    touchpoint: str = ""
    same: float = 1.0
    seconds: float = 60
    days: float = 3
    hours: str = "own"
    properties: tuple[tuple[str, str], ...] = ()
    like: str = ""
    spread: float = 0.8


def _mail(flow: str) -> tuple[tuple[str, str], ...]:
    return (("flow", flow),)


def _poll(touchpoint: str, survey: str = "poll") -> tuple[tuple[str, str], ...]:
    return (("survey", survey), ("touchpoint", touchpoint))


_ORDER = (("topic", "order_status"),)
_PRODUCT = (("topic", "product"),)
_SUPPORT = _poll("ticket", "support")
_FAST, _FAST_SPREAD = 3.2 * 3600, 0.7
_SLOW, _SLOW_SPREAD = 38 * 3600.0, 0.3

STATES: dict[str, State] = {
    # awareness
    "ad_social": State("ad_click", "social", "ad-social", 0.05, 90, 4),
    "video": State("video_view", "video", "video", 0.25, 120, 5),
    "seo": State("page_view", "search", "seo", 0.25, 90, 4, properties=(("medium", "organic"),)),
    "ad_search": State("ad_click", "ads", "ad-search", 0.25, 70, 4),
    "friend": State("referral_visit", "referral", "friend-tip", 0.0, 90, 6),
    "fair": State("fair_visit", "event", "fair", 0.0, 600, 8, "office"),
    "poll_a": State("quick_poll", "survey", "", 1, 45, properties=_poll("ad-social")),
    # consideration
    "home": State("page_view", "web", "home", 0.75, 40, 5, properties=(("medium", "direct"),)),
    "category": State("view_category", "webshop", "category", 0.88, 35, 5),
    "search": State("site_search", "webshop", "site-search", 0.92, 30, 5),
    "item": State("view_item", "webshop", "product-page", 0.86, 50, 5),
    "size": State("size_guide", "webshop", "", 0.97, 40),
    "wishlist": State("wishlist_add", "webshop", "", 0.97, 30),
    "compare": State("compare_items", "webshop", "", 0.9, 90),
    "reviews": State("review_read", "reviews", "reviews-read", 0.7, 120, 3),
    "store": State("store_visit", "store", "store-advice", 0.0, 600, 7, "shop"),
    "chat": State("chat_started", "chatbot", "chatbot", 0.95, 60),
    "chat_reply": State("chat_answered", "chatbot", "", 1, 4),
    "signup": State("newsletter_signup", "web", "signup", 0.95, 50),
    "welcome": State("email_open", "email", "welcome-mail", 0.0, 60, 5, "mail", _mail("welcome")),
    "install": State("app_installed", "app", "", 0.4, 120, 3),
    "app": State("app_open", "app", "app-start", 0.45, 30, 6),
    "app_item": State("view_item", "app", "app-product", 0.93, 45, 3),
    "poll_c": State("quick_poll", "survey", "", 1, 40, properties=_poll("product-page")),
    "quote": State("quote_requested", "webshop", "", 0.8, 300, 4),
    "quote_sent": State("quote_sent", "email", "quote", 0.3, 9000, 1, "office"),
    # purchase
    "cart": State("add_to_cart", "webshop", "cart", 0.93, 45, 3),
    "cart_less": State("remove_from_cart", "webshop", "", 0.9, 60, 2),
    "shipping": State("checkout_started", "webshop", "shipping", 0.85, 80, 2),
    "payment": State("payment_started", "webshop", "payment", 0.92, 60, 1),
    "payment_broken": State("payment_started", "webshop", "payment", 0.92, 60, 1),
    "failed": State("payment_failed", "webshop", "payment-failed", 1, 25),
    "order": State("order", "webshop", "checkout", 1, 35),
    "store_order": State("order", "store", "store-till", 0.85, 900, 2, "shop"),
    "reminder": State("reminder_sent", "email", "", 0.3, 10800, 0.5, "mail", _mail("cart")),
    "cart_mail": State("email_click", "email", "cart-mail", 0.5, 5400, 1, properties=_mail("cart")),
    "ces_fail": State("ces_answered", "survey", "", 1, 30, properties=_poll("payment", "checkout")),
    "ces_ok": State("ces_answered", "survey", "", 1, 40, properties=_poll("checkout", "checkout")),
    # post-purchase
    "confirm": State("order_confirmed", "email", "confirmation", 1, 20),
    "receipt": State("order_confirmed", "email", "confirmation", 1, 30),
    "status": State("status_sent", "email", "order-status", 0.1, 14400, 0.7, "mail"),
    "tracked": State("parcel_tracked", "delivery", "tracking", 0.2, 1800, 0.4),
    "ok": State("delivered", "delivery", "delivery", 0, 60, 1.4, "parcel"),
    "late": State("delivered", "delivery", "delivery", 0, 60, 4.5, "parcel"),
    "where": State("ticket_opened", "support", "ticket", 0.2, 3600, 1.2, properties=_ORDER),
    "where_weekend": State("ticket_opened", "support", "ticket", properties=_ORDER, like="where"),
    "told": State("ticket_answered", "support", "", 1, _FAST, spread=_FAST_SPREAD, properties=_ORDER),
    "told_slow": State("ticket_answered", "support", "", 1, _SLOW, spread=_SLOW_SPREAD, properties=_ORDER, like="told"),
    "issue": State("ticket_opened", "support", "ticket", 0.1, 5400, 2.5, properties=_PRODUCT),
    "issue_weekend": State("ticket_opened", "support", "ticket", properties=_PRODUCT, like="issue"),
    "solved": State("ticket_answered", "support", "", 1, _FAST, spread=_FAST_SPREAD, properties=_PRODUCT),
    "solved_slow": State(
        "ticket_answered", "support", "", 1, _SLOW, spread=_SLOW_SPREAD, properties=_PRODUCT, like="solved"
    ),
    "csat_fast": State("csat_answered", "survey", "", 0.6, 3600, 0.7, properties=_SUPPORT),
    "csat_slow": State("csat_answered", "survey", "", 0.6, 3600, 0.7, properties=_SUPPORT, like="csat_fast"),
    "survey_ok": State("survey_sent", "email", "", 0, 60, 1.5, "mail", (("survey", "delivery"),)),
    "survey_late": State("survey_sent", "email", "", 0, 60, 1.5, "mail", (("survey", "delivery"),)),
    "csat_ok": State("csat_answered", "survey", "csat-survey", 0.6, 5400, 1, properties=(("survey", "delivery"),)),
    "csat_late": State("csat_answered", "survey", "csat-survey", 0.6, 5400, 1, properties=(("survey", "delivery"),)),
    "stars_ok": State("review_posted", "reviews", "review", 0.3, 600, 4),
    "stars_late": State("review_posted", "reviews", "review", 0.3, 600, 4),
    "return": State("return_requested", "webshop", "return", 0.1, 900, 4),
    "returned": State("return_received", "delivery", "", 0, 60, 4, "parcel"),
    "refund": State("refund_paid", "support", "", 0.2, 14400, 1.5, "office"),
    "feedback": State("feedback_left", "web", "", 0.6, 300, 1),
    "tips": State("tips_sent", "email", "", 0, 60, 3, "mail", _mail("care")),
    "tips_open": State("email_open", "email", "care-tips", 0.5, 5400, 1, properties=_mail("care")),
    # loyalty
    "news": State("email_open", "email", "newsletter", 0, 60, 11, "mail", _mail("newsletter")),
    "member": State("member_joined", "webshop", "member", 0.35, 240, 5),
    "points": State("points_redeemed", "webshop", "", 0.2, 300, 10),
    "push": State("push_open", "app", "app-offer", 0, 60, 9),
    "club": State("club_evening", "store", "club-evening", 0, 60, 14, "shop"),
    "referral": State("referral", "referral", "referral", 0.2, 600, 5),
    "survey_nps": State("survey_sent", "email", "", 0, 60, 5, "mail", (("survey", "nps"),)),
    "nps": State("nps_answered", "survey", "nps-survey", 0.5, 5400, 1.5, properties=(("survey", "nps"),)),
    "poll_l": State("quick_poll", "survey", "", 0.6, 120, 2, properties=_poll("newsletter")),
}
"""The states by name. Those with ``like`` come in place of another when a ticket is opened at a weekend."""

TOUCHPOINTS: dict[str, str] = {
    "awareness": "ad-social video seo ad-search friend-tip fair",
    "consideration": "home category site-search product-page reviews-read store-advice chatbot signup "
    "welcome-mail app-start app-product quote",
    "purchase": "cart shipping payment payment-failed checkout store-till cart-mail",
    "post_purchase": "confirmation order-status tracking delivery ticket csat-survey review return care-tips",
    "loyalty": "repurchase newsletter member app-offer club-evening referral nps-survey",
}
"""Touchpoints of the demo map by phase. ``repurchase`` is every order after a customer's first."""

PHASE: dict[str, str] = {touchpoint: phase for phase, names in TOUCHPOINTS.items() for touchpoint in names.split()}
"""Phase of each touchpoint of the demo map."""
