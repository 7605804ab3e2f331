"""Metrics of what customers write: their sentiment, and the topics that the unhappy name."""

from collections.abc import Callable

import numpy as np

from farled.journeys.answers import is_last
from farled.maps.measuring.facts import Facts
from farled.maps.measuring.metric_answers import place_of
from farled.maps.measuring.metric_counts import clustered_share
from farled.maps.measuring.numbers import Number, number
from farled.maps.measuring.texts import Texts
from farled.maps.measuring.view import View
from farled.maps.metric import Sentiment, Topic
from farled.stats.intervals import Interval, mean_interval
from farled.texts.naming import names

Measured = Callable[[View], Number]
ENDS = Interval(-1.0, 1.0)


def sentiment(facts: Facts, metric: Sentiment, texts: Texts) -> Measured:
    """Return the mean sentiment of the units' last texts, with the accuracy of the model in their languages."""
    at = place_of(facts, texts, metric.at) & ~np.isnan(texts.sentiment)

    def measured(view: View) -> Number:
        chosen = np.flatnonzero(at & view.holds(texts.time, texts.journey))
        last = chosen[is_last(texts.customer[chosen])]
        found = mean_interval(texts.sentiment[last], ENDS)
        return number(found, facts.map.map.privacy.min_customers, accuracy=texts.accuracy(last) or None)

    return measured


def topic(facts: Facts, metric: Topic, texts: Texts) -> Measured:
    """Return the share of the texts of the unhappy (feeling below 0) that name the topic."""
    at = place_of(facts, texts, metric.at) & (np.nan_to_num(texts.feeling) < 0)
    names_it = np.array([names(text, metric.topic) for text in texts.texts], dtype=np.bool_)

    def measured(view: View) -> Number:
        rows = at & view.holds(texts.time, texts.journey)
        customer = texts.customer[rows]
        share = clustered_share(names_it[texts.code[rows]], customer)
        return number(share, facts.map.map.privacy.min_customers, len(np.unique(customer)))

    return measured
