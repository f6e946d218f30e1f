"""What a document says of itself on its cover, in its foot and to search engines."""

from dataclasses import dataclass

from review_kit.errors import UsageError
from review_kit.model.period import Rhythm
from review_kit.stylesheet.colour import readable


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMeta:
    """The same for every document of one edition of one review; no path, user, host or time of day."""

    organisation: str
    title: str = "Strategy review"
    checkpoint_title: str  # 'Year 2025', 'Third quarter of 2025'
    as_of: str  # 'as of 31 December 2025'
    edition: str = ""  # 'Executive edition'; empty where there is but one
    rhythm: Rhythm = Rhythm.ANNUAL  # cells for other rhythms are left out
    brand: str = ""  # '#12436d'; empty = ours
    generator: str = ""  # the last line: what made this, from what
    description: str = ""  # one sentence for search engines and previews
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.organisation.strip() or not self.checkpoint_title.strip():
            msg = "a document needs an organisation and a period.\nHint: set organisation in the params."
            raise UsageError(msg)
        object.__setattr__(self, "rhythm", Rhythm(self.rhythm))
        if self.brand:
            readable(self.brand)

    @property
    def page_title(self) -> str:
        """What the browser's tab says."""
        return f"{self.title}, {self.checkpoint_title} – {self.organisation}"

    @property
    def foot(self) -> str:
        """What stands at the foot of each printed page."""
        parts = (self.organisation, self.title, self.checkpoint_title, self.as_of, self.edition)
        return " · ".join(part for part in parts if part)

    @property
    def summary(self) -> str:
        """The description, or one made of what is known."""
        return self.description or f"{self.title} of {self.organisation}: {self.checkpoint_title}, {self.as_of}."
