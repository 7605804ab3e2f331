"""What columns are called in English, Swedish, Norwegian and Danish exports, by role, best first."""

from collections.abc import Mapping

_WORDS = {
    "customer": """
        customer customerid customeruniqueid customerno customernumber userid user kund kundid kundnr kundnummer
        kunde kundeid kundenr kundenummer kundennr användare användarid bruker brukerid bruger brugerid clientid
        client contactid contact kontaktid kontakt profileid profile personid person memberid member medlem
        medlemsid subscriberid subscriber visitorid visitor besökare anonymousid userpseudoid distinctid
        deviceid email emailaddress epost epostadress epostadresse mail mailadresse caseid case:concept:name
        case caseconceptname journeyid accountid sessionid
    """,
    "time": """
        time timestamp eventtime eventtimestamp eventdate datetime occurredat occurred happenedat tid tidpunkt
        tidspunkt tidsstämpel tidsstempel tidstempel tidspunktet händelsetid tidogdato datotid datumtid
        datumochtid datoogtid time:timestamp timetimestamp ts when createdat created at date datum dato
    """,
    "name": """
        event eventname name activity activityname action eventtype touchpoint interaction step händelse
        händelsenamn hendelse hendelsesnavn hændelse hændelsesnavn begivenhed aktivitet concept:name conceptname
        kontaktpunkt type typ page sida side
    """,
    "channel": """
        channel kanal eventchannel marketingchannel medium
    """,
    "value": """
        value amount revenue total belopp beløp beløb summa sum intäkt omsättning omsetning omsætning
        conversionvalue ordervalue ordervärde
    """,
    "currency": """
        currency currencycode valuta valutakod valutakode
    """,
    "score": """
        score nps npsscore csat csatscore ces cesscore rating stars betyg stjärnor stjerner karakter vurdering
        poäng poeng
    """,
    "scale": """
        scale skala
    """,
    "text": """
        text comment comments kommentar kommentarer feedback fritext fritekst omdöme omtale anmeldelse
        reviewtext freetext
    """,
    "account": """
        account accountid companyid organisationid organizationid orgnr orgnummer organisationsnummer
        organisasjonsnummer cvr
    """,
    "event_id": """
        eventid messageid eventuuid uuid händelseid hendelseid hændelsesid
    """,
}

NAMES: Mapping[str, tuple[str, ...]] = {role: tuple(words.split()) for role, words in _WORDS.items()}
"""Compared without case, blanks, underscores and the like."""

SCALES: Mapping[str, str] = {
    "nps": "nps",
    "npsscore": "nps",
    "csat": "csat",
    "csatscore": "csat",
    "ces": "ces",
    "cesscore": "ces",
    "stars": "stars",
    "stjärnor": "stars",
    "stjerner": "stars",
}
"""Scale of a score by the name of its column."""
