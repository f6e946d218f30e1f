"""Colours, type and measures of every document: the one source for charts, pages and the JupyterLab theme.

Plain frozen data without matplotlib. A stylesheet takes `css_variables` of a theme and `drawing_rules`; a chart is
drawn in the colours of `LIGHT` and carries classes, so that the same drawing follows a dark theme or another brand.
Text colours have a contrast of 4.5 : 1 at least on the surface and on the wash (tests hold it).
"""

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One set of colours; all differ, since a drawing finds its class by its colour."""

    surface: str  # the paper
    wash: str  # quiet areas: table stripes, cells without meaning
    grid: str  # lines that only help the eye
    rule: str  # lines that divide
    ink_faint: str  # axis labels, notes
    ink_soft: str  # second-rank text and marks
    ink: str
    brand: str  # replaced by the organisation's own colour from the params
    brand_soft: str  # areas in the brand's tone that carry dark text
    on_target: str
    near: str
    off_target: str
    not_scored: str
    improvement: str
    concern: str
    common_cause: str
    limits: str  # the band between natural limits
    low: str  # bands of risk exposure and other heat maps, lightest to darkest also in grey
    moderate: str
    high: str
    critical: str  # dark: text on it takes the colour of the surface


LIGHT: Final = Theme(
    surface="#ffffff",
    wash="#f3f4f6",
    grid="#e3e6ea",
    rule="#c9ced4",
    ink_faint="#646b74",
    ink_soft="#4a5058",
    ink="#1a1d21",
    brand="#12436d",
    brand_soft="#c3d5e6",
    on_target="#0b57a4",
    near="#8c6100",
    off_target="#c2391a",
    not_scored="#666c75",
    improvement="#176cb5",
    concern="#b05207",
    common_cause="#5d646c",
    limits="#ebedf0",
    low="#edeff2",
    moderate="#f4dfb8",
    high="#e5a272",
    critical="#a93a1c",
)

DARK: Final = Theme(
    surface="#111315",
    wash="#1d2024",
    grid="#2d3237",
    rule="#4a5159",
    ink_faint="#9aa1aa",
    ink_soft="#b6bcc4",
    ink="#e8eaed",
    brand="#8ab8e6",
    brand_soft="#2a4a66",
    on_target="#6cb2f5",
    near="#e0b04a",
    off_target="#ff8a65",
    not_scored="#a3a9b1",
    improvement="#7fc0ff",
    concern="#f5a45c",
    common_cause="#aab1b9",
    limits="#23272b",
    low="#24282c",
    moderate="#4d3f1f",
    high="#8a4f28",
    critical="#e88a6b",
)

TYPE_SCALE: Final = (13, 16, 20, 25, 31, 39)  # px
CHART_TEXT: Final = 13  # px, at the drawn size
WEIGHTS: Final = (400, 600)
SPACING: Final = (4, 8, 12, 16, 24, 32, 48, 64)  # px
FULL_WIDTH: Final = 720  # px, a chart across the column
HALF_WIDTH: Final = 348  # px, two beside each other with a gutter of 24; also the drawing for phones
NARROW_BELOW: Final = 560  # px of room: from here down the narrow drawing is shown, wherever the chart stands
NARROW_AT_MOST: Final = 420  # px to which the narrow drawing grows; beyond, its letters would outgrow the page's

FONT_STACK: Final = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
MONO_STACK: Final = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace'

STATUS_COLOUR: Final = {
    "on target": LIGHT.on_target,
    "near": LIGHT.near,
    "off target": LIGHT.off_target,
    "not scored": LIGHT.not_scored,
}
SIGNAL_COLOUR: Final = {
    "improvement": LIGHT.improvement,
    "concern": LIGHT.concern,
    "common cause": LIGHT.common_cause,
    "too few points": LIGHT.common_cause,
}
BAND_COLOUR: Final = {"low": LIGHT.low, "moderate": LIGHT.moderate, "high": LIGHT.high, "critical": LIGHT.critical}
BANDS_ON_DARK: Final = frozenset({"critical"})  # text on these takes the colour of the surface

COLOUR_NAME: Final = {colour: name.replace("_", "-") for name, colour in asdict(LIGHT).items()}


def css_variables(theme: Theme = LIGHT) -> dict[str, str]:
    """`{"--ink": "#1a1d21", "--on-target": …}`, and in the same breath type sizes, spacing and fonts."""
    colours = {f"--{name.replace('_', '-')}": colour for name, colour in asdict(theme).items()}
    sizes = {f"--text-{step}": f"{size}px" for step, size in enumerate(TYPE_SCALE)}
    spaces = {f"--space-{step}": f"{size}px" for step, size in enumerate(SPACING, start=1)}
    return {**colours, **sizes, **spaces, "--font": FONT_STACK, "--mono": MONO_STACK}


def drawing_rules() -> str:
    """The stylesheet that drawings and sparklines need; the variables come from `css_variables`."""
    fills = "".join(
        f".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}" for name in COLOUR_NAME.values()
    )
    states = ("on-target", "near", "off-target", "not-scored", "improvement", "concern", "common-cause")
    points = "".join(f".spark.{state} .p{{fill:var(--{state})}}" for state in states)
    return (
        ".chart-drawing{container-type:inline-size}"
        f".chart-drawing svg{{display:block;width:100%;height:auto;max-width:{FULL_WIDTH}px;font-family:var(--font)}}"
        f".chart-half .chart-drawing svg,.chart-drawing svg.drawing-narrow{{max-width:{NARROW_AT_MOST}px}}"
        ".chart-drawing .num{font-variant-numeric:tabular-nums}"
        ".chart-drawing svg.drawing-narrow{display:none}"
        f"@container (max-width:{NARROW_BELOW}px)"
        "{.chart-drawing svg.drawing-narrow{display:block}.chart-drawing svg.drawing-wide{display:none}}"
        f"{fills}"
        ".spark{width:96px;height:24px;overflow:visible;vertical-align:middle}"
        ".spark .l{fill:none;stroke:var(--ink-soft);stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}"
        ".spark .t{fill:none;stroke:var(--ink-faint);stroke-dasharray:3 2}"
        ".spark .b{fill:var(--limits)}.spark .p{fill:var(--ink)}"
        f"{points}"
    )
