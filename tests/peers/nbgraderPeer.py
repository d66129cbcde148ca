"""nbgrader, from handing out to feedback: {course, assignment, stub} with source/ and submitted/ in the course's folder.

The answer has nbgrader's own student copy, the score of each test by student and grade_id, and the feedback pages' names.
"""
import json
import os
import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

question = json.load(sys.stdin)
course, name = Path(question["course"]), question["assignment"]
os.chdir(course)
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # it calls alembic

config = Config()
config.CourseDirectory.root = str(course)
config.CourseDirectory.course_id = "peers"
config.ClearSolutions.code_stub = {"typescript": question["stub"]}
api = NbGraderAPI(config=config)


def done(step: str, result: dict) -> None:
    if not result["success"]:
        sys.exit(f"{step}: {result.get('log') or result.get('error')}")


done("generate_assignment", api.generate_assignment(name))
for student in sorted(path.name for path in (course / "submitted").iterdir()):
    done(f"autograde {student}", api.autograde(name, student))
    done(f"generate_feedback {student}", api.generate_feedback(name, student))

with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
    scores = {
        submission.student.id: {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
        for submission in book.assignment_submissions(name)
    }

json.dump(
    {
        "release": (course / "release" / name / "ex.ipynb").read_text(encoding="utf-8"),
        "scores": scores,
        "feedback": sorted(str(path.relative_to(course)) for path in (course / "feedback").rglob("*.html")),
    },
    sys.stdout,
)
