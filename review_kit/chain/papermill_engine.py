"""What `papermill --engine review_kit` finds; Papermill loads this with every import, so it imports nothing itself."""

from typing import Any


class ReviewEngine:
    """Runs any notebook as Papermill's own engine does, in a process that is forked where that can be."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook; the options are those of Papermill's own engine."""
        from review_kit.chain.standalone import StandaloneEngine  # noqa: PLC0415 - see the first line

        return StandaloneEngine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The name of the kernel that was asked for, or that the notebook names."""
        from papermill.utils import nb_kernel_name  # noqa: PLC0415

        return nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language that was asked for, or that the notebook names."""
        from papermill.utils import nb_language  # noqa: PLC0415

        return nb_language(nb, language)
