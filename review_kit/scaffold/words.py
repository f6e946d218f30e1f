"""What people call our tables, columns and words, in English, German, French, Spanish, Italian, Dutch and Portuguese.

All of it is written as `plain` leaves it: small letters without accents, words parted by one blank.
"""

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z](?:[a-z]|[A-Z]))")  # projectName, projectID, and not UoM
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OTHER = re.compile(r"[^0-9a-z%#]+")

SHEETS = {  # table: what its sheet may be called
    "objectives": "objectives|goals|aims|strategic objectives|ziele|strategische ziele|objectifs|objetivos|obiettivi|"
    "doelen|strategy map",
    "kpis": "kpis|kpi|kpi list|indicators|metrics|measures|kennzahlen|kennzahl|indicateurs|indicadores|indicatori|"
    "indicatoren|scorecard|balanced scorecard|targets and kpis",
    "actuals": "actuals|results|values|data|figures|ist|ist werte|istwerte|werte|ergebnisse|messwerte|realise|"
    "resultats|valeurs|donnees|resultados|valores|datos|risultati|valori|dati|resultaten|waarden",
    "targets": "targets|plan|plan values|planwerte|sollwerte|zielwerte|cibles|metas|traguardi",
    "initiatives": "initiatives|projects|portfolio|programme|program|actions|massnahmen|projekte|vorhaben|projets|"
    "proyectos|iniciativas|progetti|iniziative|projecten|projetos",
    "progress": "progress by period|earned value|earned value management|evm|leistungswert|valeur acquise",
    "risks": "risks|risk register|risks and issues|issues|risiken|risikoregister|risques|riesgos|rischi|risicos|riscos",
    "changes": "changes|environment|external changes|umfeld|veranderungen|changements|cambios|cambiamenti",
    "lessons": "lessons|lessons learned|erkenntnisse|lehren|lecons|lecciones|lezioni|lessen",
    "stakeholders": "stakeholders|stakeholder|interessengruppen|parties prenantes|interesados|portatori di interesse",
    "engagements": "engagements|meetings|communication|termine|kommunikation|reunions|reuniones|riunioni",
    "feedback": "feedback|comments|ruckmeldungen|retours|comentarios|riscontri",
    "surveys": "surveys|survey|umfragen|umfrage|enquetes|sondages|encuestas|sondaggi",
}

_SHARED = {  # column: what it may be called in any table
    "name": "name|title|titel|bezeichnung|nom|intitule|libelle|nombre|titulo|denominacion|nome|titolo|denominazione|"
    "naam|naming|benennung",
    "owner": "owner|responsible|responsibility|accountable|lead|sponsor|verantwortlich|verantwortliche|"
    "verantwortlicher|verantwortung|zustandig|responsable|pilote|responsabile|eigenaar|responsavel",
    "department": "department|dept|division|abteilung|ressort|fachbereich|departement|departamento|dipartimento|"
    "reparto|afdeling|ministry|agency",
    "weight": "weight|weighting|gewicht|gewichtung|poids|ponderation|peso|ponderacion|ponderazione|weging",
    "status": "status|state|statut|estado|stato",
    "note": "note|notes|comment|comments|remark|remarks|bemerkung|bemerkungen|kommentar|anmerkung|commentaire|"
    "commentaires|remarque|comentario|comentarios|observaciones|commento|commenti|opmerking|toelichting",
    "due": "due|due date|deadline|target date|frist|termin|fallig|fallig am|zieltermin|echeance|date limite|"
    "fecha limite|vencimiento|scadenza|prazo",
    "restricted_to": "restricted to|visible to|audience",
    "objective_id": "objective id|objective no|objective ref|objective code|objective|strategic objective|goal id|goal|"
    "strategic goal|aim|ziel nr|zielnr|ziel id|strategisches ziel|oberziel|ziel|objectif strategique|objectif|"
    "objetivo estrategico|objetivo|obiettivo strategico|obiettivo|doelstelling|doel|theme|strategic theme|pillar|"
    "handlungsfeld",
    "kpi_id": "kpi id|kpi no|kpi nr|kpi ref|kpi code|kpi number|kpi key|kpi nummer|indicator id|indicator code|"
    "indicator no|measure id|metric id|metric code|kennzahl nr|kennzahlnr|kennzahl id|kennzahlnummer|id indicateur|"
    "code indicateur|id indicador|codigo indicador|id indicatore|codice indicatore|kpi|indicator|metric|measure|"
    "kennzahl|indicateur|indicador|indicatore",
    "start": "start|start date|begin|beginn|startdatum|anfang|debut|date de debut|inicio|fecha inicio|inizio|"
    "data inizio",
    "likelihood": "likelihood|probability|eintrittswahrscheinlichkeit|wahrscheinlichkeit|probabilite|probabilidad|"
    "probabilita|waarschijnlijkheid",
    "impact": "impact|consequence|severity|auswirkung|schadenshohe|schadensausmass|schaden|gravite|impacto|impatto",
    "response": "response|mitigation|countermeasure|gegenmassnahme|traitement|mitigacion|mitigazione|risposta|"
    "maatregel",
    "date": "date|day|datum|tag|fecha|data|jour|dia|giorno",
}

_UNIT = "unit|units|uom|unit of measure|einheit|masseinheit|unite|unidad|unita|unita di misura|eenheid|unidade"

_OWN = {
    "objectives": {
        "objective_id": "objective id|objective no|objective code|goal id|goal no|ziel nr|zielnr|ziel id|id|no|nr|code|"
        "ref|key|nummer|numero",
        "name": "objective|strategic objective|goal|strategic goal|aim|objective name|ziel|strategisches ziel|objectif|"
        "objectif strategique|objetivo|objetivo estrategico|obiettivo|obiettivo strategico|doel|doelstelling",
        "perspective": "perspective|bsc perspective|perspektive|perspectiva|prospettiva|perspectief|theme|pillar|"
        "handlungsfeld|axe",
        "business_goal": "business goal|corporate goal|vision|unternehmensziel|but|meta corporativa",
    },
    "kpis": {
        "kpi_id": "id|no|nr|code|ref|key|nummer|numero|#|lfd nr",
        "name": "kpi|kpi name|indicator|indicator name|measure|measure name|metric|metric name|kennzahl|"
        "success measure|indicateur|indicador|indicatore|leistungskennzahl",
        "unit": _UNIT,
        "direction": "direction|desired direction|polarity|better|good is|trend wanted|optimise|richtung|zielrichtung|"
        "polaritat|sens|sens souhaite|direccion|sentido|direzione|polarita|polarite|polaridad|tendenz",
        "target": "target|target value|goal value|plan|plan value|zielwert|ziel|soll|sollwert|soll wert|planwert|cible|"
        "valeur cible|objectif|meta|valor meta|objetivo|obiettivo|valore obiettivo|streefwaarde|norm",
        "baseline": "baseline|base value|base|start value|starting value|ausgangswert|basiswert|startwert|"
        "valeur de reference|valeur initiale|linea base|valor base|valore iniziale|nulmeting",
        "baseline_period": "baseline period|baseline year|base year|basisjahr|basiszeitraum",
        "target_low": "target low|lower target|target from",
        "target_high": "target high|upper target|target to",
        "stretch": "stretch|stretch target|stretch goal",
        "lower_bound": "lower bound|lower limit",
        "upper_bound": "upper bound|upper limit",
        "aggregate": "aggregate|aggregation|rollup|roll up|aggregierung|agregation|agregacion|aggregazione",
        "frequency": "frequency|reporting frequency|periodicity|haufigkeit|turnus|rhythmus|berichtsturnus|frequence|"
        "periodicite|frecuencia|periodicidad|frequenza|frequentie",
        "kind": "kind|kpi type",
        "definition": "definition|description|calculation|formula|beschreibung|berechnung|formel|definicion|"
        "descripcion|definizione|descrizione|formule|definitie",
        "source": "source|data source|datenquelle|quelle|source des donnees|fuente|fonte|bron",
        "decimals": "decimals|decimal places|nachkommastellen|decimales",
        "window": "window|time frame|timeframe|ytd or rolling|actual basis|zeitfenster|betrachtungszeitraum",
        "red_flag": "red flag|red threshold|red limit|red below|red above|rotgrenze|rote schwelle|seuil rouge|"
        "umbral rojo",
        "profile": "profile|scoring type|scoring method|scoring profile",
    },
    "actuals": {
        "period": "period|month|date|year|quarter|reporting period|reporting month|periode|monat|datum|jahr|quartal|"
        "berichtsmonat|zeitraum|stichtag|mois|annee|trimestre|mes|ano|fecha|periodo|mese|anno|data|maand|jaar|kwartaal|"
        "fiscal year|week ending",
        "value": "value|actual|actuals|actual value|result|reading|amount|ist|istwert|ist wert|wert|ergebnis|messwert|"
        "valeur|realise|resultat|valor|real|resultado|valore|risultato|consuntivo|waarde|realisatie|measurement|"
        "observed",
        "numerator": "numerator|zahler|numerateur|numerador|numeratore|teller",
        "denominator": "denominator|nenner|denominateur|denominador|denominatore|noemer",
        "segment": "segment|region|site|location|country|department|dept|division|product|business unit|branch|store|"
        "plant|standort|land|bereich|abteilung|filiale|werk|pays|zone|pais|paese|sede|regio|organisation|organization|"
        "org code|trust|team|channel|ward",
        "unit": _UNIT,
        "status": "data status|value status|vorlaufig|provisional",
        "kpi_id": "kpi name|indicator name|metric name|measure name|id|code",
    },
    "targets": {
        "period": "period|month|date|year|quarter|periode|monat|jahr|quartal|mois|annee|trimestre|mes|ano|periodo|mese|"
        "anno",
        "target": "target|target value|plan|zielwert|soll|sollwert|planwert|cible|meta|traguardo|obiettivo",
    },
    "initiatives": {
        "initiative_id": "initiative id|project id|project no|project code|projektnr|projekt nr|projektnummer|"
        "massnahme nr|massnahmennr|unique id|id|no|nr|code|ref|nummer|numero",
        "name": "initiative|project|project name|project title|latest project name|projekt|projektname|massnahme|"
        "vorhaben|projet|proyecto|progetto|projeto|iniciativa|iniziativa",
        "kpi_ids": "kpis|kpis served|linked kpis|kennzahlen|indicateurs",
        "planned_finish": "planned finish|planned end|planned end date|end date|finish|finish date|completion date|"
        "estimated completion date|original estimated completion date|geplantes ende|planende|enddatum|ende|fin prevue|"
        "date de fin|fin|fecha fin|fine prevista|data fine",
        "forecast_finish": "forecast finish|forecast end|expected finish|expected end|latest estimated completion date|"
        "prognose ende|erwartetes ende|voraussichtliches ende",
        "budget": "budget|original budget|total budget|approved budget|planned cost|plankosten|presupuesto|"
        "budget approuve|orcamento",
        "spent": "spent|spent to date|spend to date|actual cost|ausgaben|istkosten|ist kosten|depense|depenses|gasto|"
        "gastado|speso|costo effettivo",
        "planned_percent": "planned percent|planned progress|plan fortschritt|planfortschritt",
        "percent_complete": "percent complete|% complete|progress|completion|actual progress|fortschritt|"
        "fertigstellungsgrad|fertigstellung|avancement|avance|avanzamento|voortgang",
        "fit": "fit|strategic fit",
        "note": "description|latest description|beschreibung",
        "forecast_cost": "forecast cost|latest budget|estimate at completion|expected cost|prognosekosten",
        "people": "people|fte|full time equivalents|vollzeitstellen",
    },
    "progress": {
        "initiative_id": "initiative id|project id|project no|project code|projektnr|projekt nr|projektnummer",
        "planned_value": "planned value|pv|bcws|planwert",
        "earned_value": "earned value|ev|bcwp|leistungswert|fertigstellungswert",
        "actual_cost": "actual cost|ac|acwp|istkosten",
    },
    "risks": {
        "risk_id": "risk id|risk no|risiko nr|risikonr|id|no|nr|code|ref|nummer|numero",
        "title": "risk|risk title|title|risk description|description|risiko|bezeichnung|beschreibung|risque|riesgo|"
        "rischio|risico|risco",
        "kind": "kind|type|art|tipo",
        "initiative_id": "initiative|project|projekt|projet|proyecto|progetto",
        "previous_likelihood": "previous likelihood",
        "previous_impact": "previous impact",
        "target_likelihood": "target likelihood",
        "target_impact": "target impact",
    },
    "changes": {"change_id": "id|no|nr", "description": "change|description|veranderung", "category": "category"},
    "lessons": {
        "lesson_id": "id|no|nr",
        "lesson": "lesson|lesson learned|erkenntnis|lehre|lecon|leccion|lezione",
        "action": "action|massnahme",
        "cycle": "cycle|year",
    },
    "stakeholders": {
        "stakeholder_id": "stakeholder id|id|no|nr",
        "name": "stakeholder|interessengruppe|partie prenante",
        "audience": "audience|zielgruppe",
        "role": "role|rolle|funktion",
        "influence": "influence|power|einfluss",
        "engagement_now": "engagement now|current engagement",
        "engagement_wanted": "engagement wanted|desired engagement",
    },
    "engagements": {
        "stakeholder_id": "stakeholder|stakeholder id",
        "channel": "channel|kanal",
        "topic": "topic|subject|thema",
        "attended": "attended|teilgenommen",
    },
    "feedback": {
        "feedback_id": "id|no|nr",
        "stakeholder_id": "stakeholder|stakeholder id",
        "about": "about|concerning",
        "text": "feedback|text|comment",
        "response": "answer|reply",
        "theme": "theme|topic area",
        "answered_on": "answered on|answered",
    },
    "surveys": {
        "survey_id": "survey id|id|no|nr",
        "name": "survey|umfrage|enquete|encuesta",
        "promoters": "promoters|promotoren",
        "passives": "passives|neutrals",
        "detractors": "detractors|detraktoren",
        "satisfied": "satisfied|satisfied replies",
        "replies": "replies|responses|answers|antworten",
        "invited": "invited|asked|sent",
    },
}

VOCABULARY = {  # column: {our word: what people write}
    "direction": {
        "higher": "up|increase|increasing|higher is better|higher better|more|more is better|maximise|maximize|max|"
        "hoch|hoher|steigend|mehr|steigern|erhohen|maximieren|hausse|augmenter|plus|subir|aumentar|mayor|aumentare|"
        "crescente|hoger|bigger is better|maior|high|positive",
        "lower": "down|decrease|decreasing|lower is better|lower better|less|less is better|minimise|minimize|min|"
        "niedrig|niedriger|sinkend|weniger|senken|verringern|minimieren|baisse|reduire|diminuer|moins|bajar|reducir|disminuir|menor|"
        "ridurre|diminuire|decrescente|lager|smaller is better|low|negative",
        "range": "within|between|band|corridor|in range|korridor|bereich|zwischen|intervalle|entre|rango|intervallo",
    },
    "aggregate": {
        "last": "last|latest|end of period|stichtag|letzter wert|dernier|ultimo|final",
        "sum": "sum|total|cumulative|cumulated|summe|kumuliert|somme|suma|somma|soma",
        "mean": "mean|average|avg|mittelwert|durchschnitt|moyenne|media|promedio|gemiddelde",
        "min": "min|minimum|lowest",
        "max": "max|maximum|highest",
        "ratio": "ratio|quotient|verhaltnis|quote",
    },
    "window": {
        "year_to_date": "ytd|year to date|cumulative|cycle|seit jahresbeginn|kumuliert|cumul annuel|acumulado",
        "rolling_12": "rolling 12|rolling 12 months|r12|ltm|ttm|last 12 months|trailing 12 months|12 months rolling|"
        "gleitend 12 monate|12 mois glissants|12 meses moviles",
        "latest_period": "latest|latest period|current period|month|period|mtd|in month|letzte periode|monat",
    },
    "frequency": {
        "monthly": "monthly|month|m|monatlich|monat|mensuel|mensuelle|mensual|mensile|maandelijks|mensal",
        "quarterly": "quarterly|quarter|q|vierteljahrlich|quartalsweise|quartal|trimestriel|trimestrielle|trimestral|"
        "trimestrale|kwartaal",
        "annual": "annual|annually|yearly|year|y|jahrlich|jahr|annuel|annuelle|anual|annuale|jaarlijks",
    },
    "status_of_values": {
        "actual": "actual|final|ist|confirmed|definitif|definitivo|endgultig|reel|real",
        "preliminary": "preliminary|provisional|vorlaufig|provisoire|provisional data|preliminar|provvisorio|voorlopig",
        "projected": "projected|forecast|prognose|hochrechnung|prevision|proyeccion|previsione",
    },
    "kind": {"business": "business|fachlich", "it": "it|technical|technik"},
}

_LEVELS = {
    "1": "very low|sehr gering|sehr niedrig|tres faible|muy bajo|molto basso|zeer laag",
    "2": "low|gering|niedrig|faible|bajo|baja|basso|bassa|laag|baixo|baixa",
    "3": "medium|moderate|mittel|moyen|moyenne|medio|media|gemiddeld",
    "4": "high|hoch|eleve|elevee|fort|forte|alto|alta|hoog",
    "5": "very high|sehr hoch|tres eleve|tres elevee|tres fort|muy alto|muy alta|molto alto|molto alta|zeer hoog",
}
_GRADES = {  # what people write for 1 to 5 in a matrix of risks
    "likelihood": {
        "1": "rare|remote|very unlikely|improbable|sehr unwahrscheinlich|selten|tres improbable|raro",
        "2": "unlikely|unwahrscheinlich|peu probable|improvable|onwaarschijnlijk",
        "3": "possible|moglich|posible|possibile|mogelijk|possivel",
        "4": "likely|probable|wahrscheinlich|probabile|waarschijnlijk|provavel",
        "5": "almost certain|very likely|certain|fast sicher|sehr wahrscheinlich|nahezu sicher|tres probable|"
        "quasi certain|casi seguro|quasi certo",
    },
    "impact": {
        "1": "negligible|insignificant|very minor|unbedeutend|vernachlassigbar|negligeable|insignificante|trascurabile",
        "2": "minor|klein|mineur|menor|minore",
        "3": "moderate|significant|spurbar|modere|moderado|moderato",
        "4": "major|serious|erheblich|gross|majeur|mayor|maggiore|grave",
        "5": "severe|catastrophic|critical|extreme|katastrophal|existenzbedrohend|catastrophique|catastrofico|critico",
    },
}
GRADED = frozenset(f"{when}{what}" for when in ("", "previous_", "target_") for what in _GRADES)
_NUMBERED = re.compile(r"[(\[]?([1-5])[)\]]?(?: *[-–—:.=/)]+ *| +)\D+|\D+?[ (\[:–—-]+([1-5])[)\]]?")

# says of itself that there is no figure; "-" and "." do not: they may stand for zero
NOT_MEASURED = frozenset(
    {
        "n/a",
        "na",
        "n.a.",
        "n. a.",
        "#n/a",
        "nan",
        "null",
        "none",
        "tbd",
        "tbc",
        "pending",
        "not available",
        "not applicable",
        "no data",
        "k.a.",
        "k. a.",
        "keine angabe",
        "n.v.",
        "nicht verfügbar",
        "offen",
        "non disponible",
        "n.d.",
        "n/d",
        "nd",
        "s.d.",
        "s/d",
        "no disponible",
        "non disponibile",
        "niet beschikbaar",
    }
)
IS_TARGET = frozenset(
    {"target", "plan", "soll", "sollwert", "zielwert", "cible", "meta", "budget", "planned", "planwert", "traguardo"}
)
_TOTALS = (
    "total|totals|grand total|subtotal|sum|summe|gesamt|gesamtsumme|insgesamt|zwischensumme|totale|totaal|somme|"
    "average|durchschnitt|mittelwert|moyenne|promedio|media"
)
IS_TOTAL = frozenset(_TOTALS.split("|"))
IS_ACTUAL = frozenset(
    {"actual", "actuals", "ist", "istwert", "value", "wert", "result", "ergebnis", "realise", "real", "consuntivo"}
)


def grade(column: str, text: str) -> str:
    """'4' for '4 - likely', 'Likely (4)' and 'likely' in a column of likelihoods; '' where nobody can know."""
    if found := _NUMBERED.fullmatch(text.strip()):
        return found[1] or found[2]
    said, what = plain(text), column.rpartition("_")[2]
    for scale in (_GRADES.get(what, {}), _LEVELS):
        for number, words in scale.items():
            if said in words.split("|"):
                return number
    return ""


def is_numbered(text: str) -> bool:
    """Whether a grade says its own number: '4 - likely'."""
    return _NUMBERED.fullmatch(text.strip()) is not None


def plain(text: str) -> str:
    """'KPI-Nr. (neu)' and 'kpiNr' as 'kpi nr': what is left to compare words by."""
    bare = _BRACKETS.sub(" ", text)
    bare = _CAMEL.sub(" ", bare if bare.strip() else text)
    letters = unicodedata.normalize("NFKD", bare.casefold())
    return _OTHER.sub(" ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()


def headings_of(table: str, column: str) -> tuple[str, ...]:
    """What people call this column of this table: its own words first, then those of any table."""
    own = _OWN[table].get(column, "")
    shared = _SHARED.get(column, "")
    return tuple(word for words in (own, shared) for word in words.split("|") if word)


def sheet_names(table: str) -> frozenset[str]:
    """What people call the sheet of this table."""
    return frozenset(SHEETS[table].split("|"))


def in_our_words(column: str, text: str) -> str:
    """Our word for what people write in this column; '' where nobody can know."""
    said = {"↑": "up", "▲": "up", "↓": "down", "▼": "down"}.get(text.strip(), plain(text))
    for ours, theirs in VOCABULARY.get(column, {}).items():
        if said == ours or said in theirs.split("|"):
            return ours
    return ""
