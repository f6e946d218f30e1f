"""The words by which a promise gives itself away: vague ones, intentions, tasks. English alone, all in this one place.

Sources:
    Wilson, Rosenberg and Hyatt, Automated Analysis of Requirement Specifications, ICSE 1997: the weak phrases of
        NASA's tool ARM (adequate, as appropriate, effective, if practical, timely and others).
    NASA Systems Engineering Handbook, SP-2016-6105 Rev 2, appendix C: terms that cannot be verified (flexible, easy,
        sufficient, ad hoc, user-friendly, robust, maximize, minimize, quickly, easily, clearly and others).
    INCOSE Guide to Writing Requirements, INCOSE-TP-2010-006: vague terms (R7), escape clauses (R8), open ends (R9),
        one thought at a time (R18, R19).
    ISO/IEC/IEEE 29148:2018, 5.2.7: superlatives, subjective language, comparisons, loopholes.

Words of these lists that a definition of a measure uses in a precise sense are left out on purpose, among them
about, any, common, effective, efficient, fast, large, most, normal, relevant, routine, safe, small, some and usable:
they would be found in sound definitions. A list in another language would be one more module like this one.
"""

from typing import Final

VAGUE: Final = (
    "ad hoc", "adequate", "adequately", "appropriate", "appropriately", "as far as possible", "as much as possible",
    "as soon as possible", "easily", "frequently", "if practical", "in a timely manner", "promptly", "quickly",
    "reasonable", "reasonably", "regularly", "robust", "seamless", "seamlessly", "significant", "significantly",
    "sufficient", "sufficiently", "timely", "user friendly", "user-friendly",
)  # fmt: skip

ESCAPES: Final = (
    "and so on", "as a minimum", "as applicable", "as appropriate", "as needed", "as required", "but not limited to",
    "etc", "if appropriate", "if necessary", "if possible", "to the extent possible", "to the extent practical",
    "when necessary", "where applicable", "where appropriate", "where necessary", "where possible",
    "where practicable", "tbd", "to be defined",
)  # fmt: skip

# praise and comparison with nothing; a definition elsewhere does not make them precise
PRAISE: Final = (
    "best in class", "best-in-class", "better", "cutting edge", "cutting-edge", "excellence", "excellent",
    "first-class", "leading-edge", "optimal", "state-of-the-art", "superior", "top-notch", "world class", "world-class",
)  # fmt: skip
# praise of these alone: invoices are outstanding because nobody paid them, and an inspectorate calls schools so
OUTSTANDING: Final = (
    "care", "employer", "experience", "leadership", "performance", "quality", "service", "workplace",
)  # fmt: skip

# fixed terms and grades of a scale, which only sound like praise; patterns
FIXED_TERMS: Final = (
    r"adequate yearly progress", r"better[- ]off", r"superior courts?",
    r"(?:good|fair|satisfactory)(?:,| or| and|/) ?(?:\w+ (?:or|and) )?(?:adequate|excellent|outstanding|superior)",
    r"(?:rated|graded|judged|scored)(?: as)? (?:\w+,? (?:or|and) )?(?:adequate|excellent|outstanding|superior)",
    r"excellence (?:rating|award|framework|model)s?", r"centres? of excellence", r"centers? of excellence",
)  # fmt: skip
# by these a definition makes a vague word of the name precise without a number: somebody else wrote the rule down
WRITTEN_RULES: Final = (
    "checklist", "criteria", "criterion", "guideline", "guidelines", "protocol", "protocols",
)  # fmt: skip

# what somebody wants to do, as the first word of a name: a measure is called by what is counted
INTENTIONS: Final = (
    "accelerate", "boost", "encourage", "enhance", "ensure", "foster", "improve", "improving", "maximise", "maximize",
    "minimise", "minimize", "optimise", "optimize", "promote", "strengthen",
)  # fmt: skip

# tasks, as the first word of a name: done or not done, and then nothing is left to measure
TASKS: Final = (
    "adopt", "conduct", "create", "define", "deliver", "deploy", "develop", "establish", "finalise", "finalize",
    "go live", "implement", "introduce", "launch", "migrate", "organise", "organize", "prepare", "publish",
    "roll out", "set up",
)  # fmt: skip
# these are nouns and adjectives too ('open positions', 'complete orders'): a task only with an article behind it
TASKS_WITH_ARTICLE: Final = (
    "build", "complete", "design", "draft", "finish", "hire", "install", "open", "pilot", "release", "sign", "start",
    "test", "update", "upgrade", "write",
)  # fmt: skip

# the same as nouns, with an article behind them: 'Launch of the app'
TASKS_AS_NOUNS: Final = ("go-live", "introduction", "launch", "roll-out", "rollout")

UNDERTAKINGS: Final = (
    "app", "contract", "crm", "erp", "implementation", "migration", "plan", "platform", "policy", "portal", "process",
    "program", "programme", "project", "relaunch", "report", "roadmap", "rollout", "roll-out", "strategy", "system",
    "upgrade", "website",
)  # fmt: skip
ENDS: Final = (
    "adopted", "approved", "complete", "completed", "completion", "deployed", "delivered", "done", "finalised",
    "finalized", "finished", "go-live", "implemented", "in place", "installed", "introduced", "launched", "live",
    "progress", "published", "rolled out", "signed",
)  # fmt: skip

# what makes even a name that opens with such a verb a measure: 'Deploy frequency', 'Launch delays', 'Open positions'
MEASURED: Final = (
    "age", "backlog", "cases", "cost", "costs", "count", "days", "delay", "delays", "duration", "errors", "failures",
    "frequency", "hours", "incidents", "index", "interval", "items", "number", "orders", "percentage", "positions",
    "rate", "rates", "ratio", "readiness", "requests", "share", "speed", "success", "tickets", "time", "times",
    "vacancies", "value", "volume", "years",
)  # fmt: skip

# qualities that are measures by themselves: two of them in one name are two KPIs
QUALITIES: Final = (
    "accuracy", "availability", "cost", "costs", "efficiency", "engagement", "growth", "margin", "productivity",
    "profit", "profitability", "quality", "reliability", "retention", "revenue", "safety", "satisfaction", "speed",
    "time", "turnover", "uptime", "volume",
)  # fmt: skip

NUMBER_WORDS: Final = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "half", "third",
    "quarter", "twice", "zero",
)  # fmt: skip

DONE_UNITS: Final = (
    "% complete", "% completed", "% completion", "% done", "% of completion", "percent complete", "percent completed",
    "percent done", "milestone", "done",
)  # fmt: skip
BINARY_UNITS: Final = (
    "yes/no", "y/n", "yes or no", "true/false", "binary", "boolean", "0/1", "done/not done", "flag",
)  # fmt: skip
