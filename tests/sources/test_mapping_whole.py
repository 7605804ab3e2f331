"""One mapping with most of its verbs at once: reviews of a Swedish export, as an answer to an order."""

import json

from sources.mapped import events, mapped, told

REVIEWS = r"""
preset: 1
id: trustpilot_reviews
title: {en: Trustpilot reviews, sv: Trustpilot-omdömen, nb: Trustpilot-omtaler, da: Trustpilot-anmeldelser}
detect: {required: [Review Id, Review Stars, Review Date], delimiter: ";"}
aliases:
  Review Stars: {sv: [Betyg], nb: [Stjerner], da: [Stjerner]}
rows: {skip_top: 0, drop_when: [{column: Review Id, is: ""}]}
time: {column: Review Date, formats: ["%Y-%m-%d %H:%M:%S", iso], zone: UTC}
events:
  - name: review
    id: [Review Id]                       # hashed with the preset's id: the event id
    channel: reviews
    score: {column: Review Stars, scale: stars}
    text: {columns: [Review Title, Review Content], join: "\n"}
    identifiers:
      - {type: order_id, column: Reference Number, optional: true}
    properties: [Review Link, Language, Reviewer Country]
consents: []
"""
HEAD = (
    "Review Id;Betyg;Review Date;Review Title;Review Content;Reference Number;Review Link;Language;Reviewer Country\n"
)


def test_a_review_has_its_score_texts_identifier_and_properties(desk):
    text = (
        HEAD
        + "r1;5;2026-05-01 10:00:00;Bra;Snabbt levererat;1001;https://example.no/r1;sv;SE\n"
        + ";1;2026-05-01 11:00:00;Utkast;Inte sparat;1002;;sv;SE\n"
        + "r3;2;2026-05-02T12:30:00+02:00;;Sent;1003;;da;DK\n"
        + "r4;4;2026-05-03 09:00:00;Helt ok;;;;sv;SE\n"
    )
    imported = mapped(desk, REVIEWS, {"omdomen.csv": text})
    assert told(imported) == [("1001", "2026-05-01T10:00", "review"), ("1003", "2026-05-02T10:30", "review")]
    first, second = events(imported)
    assert first["identifiers"] == [("order_id", "1001")]
    assert (first["score"], first["scale"], first["channel"]) == (5.0, "stars", "reviews")
    assert (first["text"], second["text"]) == ("Bra\nSnabbt levererat", "Sent")
    assert json.loads(first["properties"]) == {
        "Review Link": "https://example.no/r1",
        "Language": "sv",
        "Reviewer Country": "SE",
    }
    rejected = imported.rejected.to_pylist()
    assert [(row["line"], row["column"], row["reason"]) for row in rejected] == [
        (5, "Reference Number", "missing_identifier")
    ]
    assert imported.rows == 3


def test_the_same_review_has_the_same_id_whatever_else_changes(desk):
    line = "r1;5;2026-05-01 10:00:00;Bra;;1001;;sv;SE\n"
    first = events(mapped(desk, REVIEWS, {"may.csv": HEAD + line}))
    again = events(mapped(desk, REVIEWS, {"june.csv": HEAD + line.replace("Bra", "Mycket bra")}))
    assert [row["event_id"] for row in first] == [row["event_id"] for row in again]
