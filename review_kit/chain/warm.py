"""What every notebook would otherwise do first: libraries that load their other half at first use are used once."""

from review_kit.charts.canvas import Canvas
from review_kit.charts.tokens import LIGHT
from review_kit.schema import HANDOVER
from review_kit.schema.frames import check_table, empty_table
from review_kit.store import without_memory


def warm_up() -> None:
    """Draw one figure and check one table; nothing is kept but what the libraries remember."""
    canvas = Canvas(20, 20)
    canvas.line([(0, 0), (10, 10)], LIGHT.ink)
    canvas.text(10, 10, "Warm")
    with without_memory():
        canvas.svg("warm")
    schema = HANDOVER["scores"]
    check_table(empty_table(schema), schema)
