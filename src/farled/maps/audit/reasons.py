"""Why a rule of the audit cannot tell: the reasons that several rules share, to be translated."""

from farled.locale import N_

NOT_MEASURED = N_("nothing was measured")
TOO_FEW = N_("too few customers")
STILL_OPEN = N_("the time to wait is not over")
HIDDEN = N_("the number is hidden: it rests on too few")
LOW_COVERAGE = N_("too little of the phase is seen")
NO_RULE = N_("no touchpoint of the map says which event it is")
NO_ASK = N_("no metric of the kind response says how customers are asked")
NO_PERSONAS = N_("fewer than two personas have a rule")
