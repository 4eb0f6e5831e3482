"""Lets ``nbgrader generate_feedback`` and the formgrader's button write our pages.

Configured in ``nbgrader_config.py``::

    c.GenerateFeedback.exporter_class = "scratchgrad.feedback.exporter.FeedbackExporter"
    c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]
"""

from nbconvert.exporters import Exporter

from .page import html_of, page_of


class FeedbackExporter(Exporter):
    """An exporter that writes a learner's page; `GetGrades` puts the marks into the cells."""

    export_from_notebook = "Feedback for a learner"

    def _file_extension_default(self):
        return ".html"

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """Make the page of a graded notebook."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        who = resources["nbgrader"]
        page = page_of(nb, who["assignment"], who["student"], who.get("late_penalty", 0.0))
        return html_of(page), resources
