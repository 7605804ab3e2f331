"""Where customers of the demo shop go next: weights of the branches, and what sets customers apart.

A row need not add up to 100: the chain divides by its sum, after the factors of persona and situation.
"""

END = "end"

NEXT: dict[str, str] = {
    # awareness
    "ad_social": "end 26, ad_social 12, seo 8, home 14, category 9, item 18, install 1, video 6, poll_a 3",
    "video": "end 23, ad_social 12, seo 16, home 15, item 13, category 8, poll_a 3",
    "seo": "end 20, seo 8, home 11, category 21, item 25, reviews 5, store 1, ad_social 5",
    "ad_search": "end 24, category 20, item 32, ad_search 6, seo 8, store 1",
    "friend": "end 15, home 22, item 20, category 10, store 6, reviews 8, seo 8, install 2",
    "fair": "end 18, home 30, quote 3, seo 15, friend 8",
    "poll_a": "end 26, home 32, item 23, seo 10",
    # consideration
    "home": "category 38, item 24, search 17, signup 1.2, store 0.8, end 2.4, home 8, install 0.9, quote 0.4",
    "category": "item 56, category 17, search 7, home 6, compare 0.1, end 0.6, ad_social 0.3, signup 0.4, quote 0.2",
    "search": "item 62, search 18, category 12, end 1.3",
    "item": (
        "item 36, category 17, reviews 5, size 0.3, wishlist 0.6, compare 0.2, search 6, chat 0.3, store 0.5,"
        " cart 1.15, poll_c 0.16, signup 0.3, home 5, ad_social 0.5, seo 0.4, end 0.65, quote 0.2"
    ),
    "size": "item 66, cart 8, chat 2, end 1.5, category 14",
    "wishlist": "item 60, category 26, end 2, cart 5",
    "compare": "item 66, reviews 12, store 2, cart 2.5, end 1.2",
    "reviews": "item 60, store 2, cart 2.2, seo 1, end 1.5, compare 0.3",
    "store": "store 14, item 26, store_order 6, seo 2, reviews 11, home 11, end 4",
    "chat": "chat_reply 97, end 3",
    "chat_reply": "item 62, cart 8, store 3, end 4",
    "signup": "welcome 68, item 16, end 4",
    "welcome": "item 40, welcome 18, category 16, end 5, cart 1.5",
    "install": "app 92, end 8",
    "app": "app_item 66, app 17, cart 0.8, end 2",
    "app_item": "app_item 52, app 24, reviews 4, wishlist 0.6, cart 2, poll_c 0.14, end 1",
    "poll_c": "item 60, category 20, end 6",
    "quote": "quote_sent 90, end 10",
    "quote_sent": "item 30, cart 16, end 8, quote 8",
    # purchase
    "cart": "shipping 52, item 18, cart 7, cart_less 4, reminder 6, end 9",
    "cart_less": "item 32, end 38, cart 20, reminder 6",
    "shipping": "payment 72, cart 6, reminder 6, end 10, item 4",
    "payment": "order 94, failed 3.5, shipping 1.5, end 1",
    "payment_broken": "failed 72, order 25, end 3",
    "failed": "payment 26, reminder 9, ces_fail 12, shipping 5, end 46, feedback 2",
    "order": "confirm 1",
    "store_order": "receipt 88, end 12",
    "reminder": "cart_mail 40, end 60",
    "cart_mail": "shipping 46, item 20, cart 10, end 24",
    "ces_fail": "payment 16, reminder 6, end 78",
    "ces_ok": "status 1",
    # post-purchase
    "confirm": "status 84, ces_ok 16",
    "receipt": "tips 34, news 20, member 16, store 8, end 14",
    "status": "tracked 34, ok 53, late 9, where 6",
    "tracked": "tracked 22, status 8, ok 57, late 10, where 5",
    "ok": "survey_ok 58, tips 14, stars_ok 6, return 6, issue 16, news 7, member 3, end 5",
    "late": "survey_late 58, issue 26, return 9, end 10, stars_late 3",
    "where": "told 97, end 3",
    "told": "ok 48, late 52",
    "issue": "solved 95, end 5",
    "solved": "csat_fast 64, return 9, news 10, item 5, end 20",
    "csat_fast": "news 22, item 8, end 46",
    "survey_ok": "csat_ok 44, tips 20, survey_nps 6, news 16, issue 5, item 4, member 4, end 11",
    "survey_late": "csat_late 50, issue 7, news 9, return 4, end 22",
    "csat_ok": "stars_ok 20, tips 22, news 20, member 10, item 5, referral 3, survey_nps 12, end 20",
    "csat_late": "stars_late 16, issue 11, return 6, news 9, end 46",
    "stars_ok": "news 28, referral 12, tips 14, member 9, end 26",
    "stars_late": "end 62, news 14, issue 10",
    "return": "returned 92, issue 4, end 4",
    "returned": "refund 96, issue 4",
    "refund": "item 16, news 18, feedback 4, end 46",
    "feedback": "end 76, item 24",
    "tips": "tips_open 55, news 18, end 18",
    "tips_open": "news 32, member 11, stars_ok 10, survey_nps 8, item 9, end 26",
    # loyalty
    "news": "news 58, item 17, member 3, survey_nps 10, referral 1.6, store 1, push 1, club 0.3, end 4, poll_l 9",
    "member": "news 34, push 6, survey_nps 12, club 1, item 12, points 5, end 14, poll_l 14",
    "points": "news 42, item 22, end 36",
    "push": "app_item 36, news 20, push 12, end 18, poll_l 8",
    "club": "store_order 20, news 30, referral 8, end 24, poll_l 10, club 6",
    "referral": "news 44, item 22, end 28, poll_l 8",
    "survey_nps": "nps 56, news 34, end 24",
    "nps": "referral 12, news 40, item 8, end 38",
    "poll_l": "news 62, end 34",
}

PERSONAS: dict[str, float] = {"maja": 0.38, "sofie": 0.23, "arne": 0.18, "jonas": 0.06, "other": 0.15}
"""Share of the customers; ``other`` is nobody's persona."""

MOBILE: dict[str, float] = {"maja": 0.85, "sofie": 0.9, "arne": 0.35, "jonas": 0.12, "other": 0.5}
"""Probability that a customer shops on the phone; drawn once for each."""

INFORMED = 0.38
"""Probability that a customer is shown delivery day and shipping cost on product pages; drawn once for each."""

STARTS: dict[str, str] = {
    "maja": "ad_social 46, seo 22, ad_search 12, friend 10, video 8, home 2",
    "sofie": "ad_social 48, video 23, seo 10, friend 12, ad_search 4, home 3",
    "arne": "store 26, seo 24, friend 24, ad_search 16, ad_social 10",
    "jonas": "fair 22, seo 34, ad_search 26, friend 12, home 6",
    "other": "seo 36, ad_social 26, ad_search 18, friend 10, video 6, home 4",
}

LIKES: dict[str, str] = {
    "maja": "store 0.4, install 0.4, push 0.4, quote 0, club 0.2, cart 1.05",
    "sofie": "store 0.4, install 5, push 6, referral 2, news 0.9, quote 0, club 0.3, video 1.3, compare 0.5",
    "arne": "store 7, reviews 1.6, install 0, push 0, payment 0.6, club 8, chat 0.3, quote 0, tracked 0.6, cart 0.8",
    "jonas": "store 0.5, install 0, push 0, quote 9, club 0, wishlist 0.2, fair 1, compare 1.5, referral 0.7",
    "other": "install 0.6, push 0.5, quote 0, end 1.1",
}
"""Factor by which a persona goes to a state more or less often than others."""

SITUATIONS: dict[str, dict[str, str]] = {
    "informed": {"shipping": "payment 1.25, end 0.55, reminder 0.6, item 0.5", "item": "cart 1.1"},
    "uninformed": {"shipping": "payment 0.62, end 2.1, reminder 1.6, item 1.6"},
    "mobile": {"shipping": "end 1.1", "item": "compare 0.7"},
    "returning": {
        "item": "cart 1.7",
        "shipping": "payment 1.3, end 0.7",
        "store": "store_order 1.5",
        "home": "item 1.3",
    },
}
"""Further factors, by the state that is left; ``returning`` is everything after a customer's first order."""

TOPICS: dict[str, str] = {
    "poll_a": "general 3, quality 1",
    "poll_c": "shipping_cost 4, delivery_time 3, store_advice 1, general 1",
    "ces_fail": "mobile_payment 1",
    "ces_ok": "mobile_payment 2, shipping_cost 3, general 1",
    "csat_fast": "reply_time 3, returns 1, general 1",
    "csat_slow": "reply_time 1",
    "csat_ok": "delivery_time 4, quality 3, general 2, returns 1",
    "csat_late": "delivery_time 6, reply_time 1, general 1",
    "stars_ok": "quality 6, delivery_time 2, store_advice 1, general 2",
    "stars_late": "delivery_time 4, quality 2, reply_time 1",
    "nps": "general 4, quality 3, store_advice 2, delivery_time 2, returns 1, shipping_cost 1",
    "poll_l": "general 4, store_advice 2, quality 2",
    "feedback": "returns 4, mobile_payment 2, shipping_cost 1, store_advice 1",
}
"""What customers write about."""
