"""The small example of a new workspace: enough to see every part of a review."""

_MONTHS = tuple(f"{number:02d}" for number in range(1, 13))
_SATISFACTION = (78, 79, 78, 80, 79, 81, 80, 82, 81, 83, 82, 84)
_RESOLUTION = (14.1, 13.2, 14.6, 13.8, 12.9, 14.0, 13.1, 12.7, 13.6, 12.8, 13.3, 12.5)


def example(year: int) -> dict[str, list[dict[str, object]]]:
    """Two objectives, three KPIs, a year of values, and one row of each other table: enough to see every part."""
    values = [("satisfaction", _SATISFACTION), ("resolution_time", _RESOLUTION)]
    actuals: list[dict[str, object]] = [
        {"kpi_id": kpi_id, "period": f"{year}-{month}", "value": value}
        for kpi_id, numbers in values
        for month, value in zip(_MONTHS, numbers, strict=True)
    ]
    actuals += [
        {"kpi_id": "on_time", "period": f"{year}-Q{number}", "numerator": done, "denominator": 20}
        for number, done in enumerate((15, 16, 18, 17), start=1)
    ]
    end = f"{year}-12-31"
    return {
        "objectives": [
            {"objective_id": "O1", "name": "Serve customers better", "perspective": "Customer", "weight": 2},
            {"objective_id": "O2", "name": "Deliver what we promise", "perspective": "Internal process", "weight": 1},
        ],
        "kpis": [
            {
                "kpi_id": "satisfaction", "name": "Customer satisfaction", "objective_id": "O1", "unit": "%",
                "direction": "higher", "baseline": 77, "target": 80, "lower_bound": 0, "upper_bound": 100,
                "aggregate": "mean", "frequency": "monthly", "decimals": 1, "weight": 2, "owner": "Head of Service",
                "due": end, "definition": "Share of replies that are 4 or 5 of 5, monthly survey",
            },
            {
                "kpi_id": "resolution_time", "name": "Time to resolve an incident", "objective_id": "O1",
                "unit": "hours", "direction": "lower", "baseline": 14, "target": "< 12 hours", "lower_bound": 0,
                "aggregate": "mean", "frequency": "monthly", "decimals": 1, "weight": 1, "owner": "Head of IT",
                "due": end, "definition": "From report to confirmed solution, all incidents of the month",
            },
            {
                "kpi_id": "on_time", "name": "Milestones on time", "objective_id": "O2", "unit": "%",
                "direction": "higher", "baseline": 75, "target": "≥ 85 %", "lower_bound": 0, "upper_bound": 100,
                "aggregate": "ratio", "frequency": "quarterly", "decimals": 1, "weight": 1, "owner": "Head of Projects",
                "due": end, "definition": "Milestones reached by their planned day, of all due in the quarter",
            },
        ],
        "actuals": actuals,
        "initiatives": [
            {
                "initiative_id": "I1", "name": "Self-service portal", "objective_id": "O1",
                "kpi_ids": "satisfaction;resolution_time", "owner": "Head of Service", "start": f"{year}-02-01",
                "planned_finish": f"{year}-11-30", "forecast_finish": f"{year + 1}-02-28", "budget": 400000,
                "spent": 310000, "planned_percent": 100, "percent_complete": 80, "fit": "keep", "status": "delayed",
            }
        ],
        "risks": [
            {
                "risk_id": "R1", "title": "Key people leave before the portal is live", "kind": "risk",
                "objective_id": "O1", "initiative_id": "I1", "owner": "Head of IT", "likelihood": 3, "impact": 4,
                "previous_likelihood": 2, "previous_impact": 4, "response": "Second person for each role",
                "due": f"{year + 1}-03-31", "status": "open",
            }
        ],
        "changes": [
            {
                "change_id": "C1", "description": "A competitor offers round-the-clock support",
                "category": "market", "effect": "threat", "likelihood": 4, "impact": 3, "objective_id": "O1",
                "response": "Self-service first, then longer hours",
            }
        ],
        "lessons": [
            {
                "lesson_id": "L1", "lesson": "Pilot with one team before all teams", "cycle": str(year - 1),
                "action": "Every roll-out starts with a pilot", "owner": "Head of Projects", "status": "done",
            }
        ],
        "stakeholders": [
            {
                "stakeholder_id": "S1", "name": "Board sponsor", "audience": "executive", "influence": 5,
                "engagement_now": "supportive", "engagement_wanted": "leading",
            },
            {
                "stakeholder_id": "S2", "name": "Service team", "audience": "department", "influence": 3,
                "engagement_now": "neutral", "engagement_wanted": "supportive",
            },
        ],
        "engagements": [
            {
                "date": f"{year}-03-15", "stakeholder_id": "S1", "channel": "meeting", "topic": "Strategy kick-off",
                "attended": "yes",
            }
        ],
        "feedback": [
            {
                "feedback_id": "F1", "date": f"{year}-06-20", "stakeholder_id": "S2", "about": "I1",
                "text": "The portal must work on phones.", "status": "changed", "response": "Phone first since July.",
            }
        ],
        "surveys": [
            {
                "survey_id": "V1", "name": "Customers after a case", "period": f"{year - 1}-Q4", "kind": "nps",
                "promoters": 200, "passives": 100, "detractors": 100, "replies": 400, "invited": 2000,
            },
            {
                "survey_id": "V2", "name": "Customers after a case", "period": f"{year}-Q4", "kind": "nps",
                "promoters": 210, "passives": 100, "detractors": 90, "replies": 400, "invited": 2100,
            },
        ],
    }  # fmt: skip
