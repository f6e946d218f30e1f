"""What was learned, carried from cycle to cycle, and what became of the last review's decisions."""

from review_kit.lessons.followed import AS_PREDICTED, follow_up
from review_kit.lessons.learned import review_lessons
from review_kit.lessons.likeness import likest_earlier

__all__ = ["AS_PREDICTED", "follow_up", "likest_earlier", "review_lessons"]
