"""Maps for tests: one with one of nearly everything, and small ones of phases and touchpoints alone."""

from farled.maps.load import loads

MAP = """\
farled: 1
map:
  id: shop
  title: Köp i butiken   # the title
  language: sv
  journey_type: purchase
  goal: {text: Fler köp, metric: rate, target: 0.05, by: 2027-01-01}
  guards: [csat]
  journey: {ends_after: 30d, within: 10d}
  audit:
    O04: {off: "Vi delar mål till våren"}
departments: {mkt: Marknad, shop: Butik}
channels:
  web: {name: Vår sajt, icon: globe, owner: shop}
personas:
  - {id: maja, name: Maja, segment: {attr: plan, is: pro}, wants: [Snabbt, Enkelt], based_on: [survey]}
sources:
  survey: {kind: survey, title: Enkät, n: 40, date: 2026-09-15}
metrics:
  rate: {kind: conversion, from: see, to: order, better: up}
  csat: {kind: csat}
  reply: {kind: median_time, from: {event: ask}, to: {event: answer}}
phases:
  - id: see
    name: Se
    owner: mkt
    feels: {claim: 0.5, words: [nyfiken], based_on: assumed}
    kpis: [{metric: rate, target: 0.05}]
    touchpoints:
      - {id: ad, name: Annons, channel: ads, observe: {event: click}}
      - {id: organic, name: Sökträff, channel: search, observe: {event: view, where: {attr: medium, is: organic}}}
  - id: buy
    name: Köp
    owner: shop
    touchpoints:
      - {id: page, name: Sida, channel: web, observe: {event: view}}
      - {id: order, name: Kassa, channel: web, observe: {event: order}, if_fails: page, milestone: true}
  - id: use
    name: Använd
    owner: shop
    kpis:
      - {metric: reply, target: 4h}
    touchpoints:
      - {id: survey-mail, name: Enkät, channel: email, observe: {feedback: csat}}
pain_points:
  - {id: slow, at: page, text: Sidan är långsam, personas: [maja]}
opportunities:
  - {id: faster, text: Snabbare sida, solves: [slow], status: proposed, lever: L09, moves: {rate: up}}
"""

HEAD = """\
farled: 1
map:
  id: m
  title: M
  language: en
  journey_type: purchase
  goal: {text: More, metric: r, target: 0.1, by: 2027-01-01}
  journey: {ends_after: 30d}
metrics:
  r: {kind: conversion, from: a, to: b}
"""


def map_of(*phases, head="", metrics=(), top=""):
    """A map of phases a, b, c ..., each a list of ``(touchpoint, rule)`` or ``(touchpoint, rule, channel)``.

    Rules, metrics and the rest are YAML.
    """
    lines = [f"  m{at}: {metric}\n" for at, metric in enumerate(metrics)] + [top, "phases:\n"]
    for letter, touchpoints in zip("abcdef", phases, strict=False):
        lines += [f"  - id: {letter}\n    name: {letter.upper()}\n    touchpoints:\n"]
        for id_, rule, *channel in touchpoints:
            lines += [f"      - {{id: {id_}, name: N, channel: {(*channel, 'web')[0]}, observe: {rule}}}\n"]
    return loads(HEAD.replace("  journey:", f"{head}  journey:") + "".join(lines))
