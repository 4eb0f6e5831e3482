import os
import sysconfig

c = get_config()  # noqa: F821

# nbgrader starts alembic by its name, also where the environment is not activated.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])

c.CourseDirectory.course_id = "scratchgrad"
c.CourseDirectory.solution_directory = "solutions"

# Two runs of the same notebook give the same file.
c.Execute.record_timing = False

# Kernels leave no history behind and keep their notices to themselves.
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]

# Autograding, by command or by the formgrader's button, runs in our engine: submissions in a
# sandbox, tests apart from them. docs/grading.md says how, and which limits can be set here,
# such as c.Sandbox.cell_seconds = 15 or c.Sandbox.memory = 1 << 30 (bytes).
c.Autograde.exporter_class = "scratchgrad.grading.exporter.GradingExporter"
c.Autograde.pre_convert_hook = "scratchgrad.grading.exporter.drop_what_is_no_file"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Collecting from an exchange takes what learners wrote, not what they link to.
c.ExchangeFactory.collect = "scratchgrad.classroom.collecting.Collect"

# The formgrader and nbgrader's own feedback show learners' Markdown: without script.
c.HTMLExporter.filters = {"markdown2html": "scratchgrad.feedback.markdown.harmless_html"}

# Feedback pages tell the reason for every lost mark, and nothing of the hidden tests' code.
c.GenerateFeedback.exporter_class = "scratchgrad.feedback.exporter.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]
