c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "scratchgrad"
c.CourseDirectory.solution_directory = "solutions"

# Two runs of the same notebook give the same file.
c.Execute.record_timing = False

# Kernels leave no history behind and keep their notices to themselves.
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]

# A cell that a learner deleted comes back before the tests run. nbgrader's own `add_missing_cells`
# fails when the cell before the missing one is missing too, or is a locked one.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "scratchgrad.grading.restore.RestoreCells",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
