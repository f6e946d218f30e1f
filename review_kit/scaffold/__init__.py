"""A workspace of one's own: an example to overwrite, or the first reading of one's own file."""

from review_kit.scaffold.workspace import Scaffolded, new_workspace, workspace_from

__all__ = ["Scaffolded", "new_workspace", "workspace_from"]
