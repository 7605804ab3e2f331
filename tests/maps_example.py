"""A small map for tests, with one of nearly everything."""

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
