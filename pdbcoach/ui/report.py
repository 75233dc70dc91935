"""What somebody needs who is told that a lesson goes wrong: versions, step, transcript; nothing personal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pdbcoach
from pdbcoach.coach.attempt import Views
from pdbcoach.coach.lesson import Lesson
from pdbcoach.matching.redact import split_lines
from pdbcoach.replay.result import TranscriptEntry


def report(lesson: Lesson, transcript: Sequence[TranscriptEntry], views: Views) -> Iterator[str]:
    """Its lines, in English whatever the learner's language: they are for an issue."""
    scenario = lesson.scenario
    yield f"pdbcoach {pdbcoach.__version__}, target Python {lesson.python}"
    yield f"scenario {scenario.id}, step {lesson.at + 1} of {len(scenario.steps)}, stage {lesson.stage}"
    yield f"$ {scenario.run_line}"
    for entry in transcript:
        head = f"{entry.process} | "
        if entry.line is not None:
            yield f"{head}{entry.prompt or ''}{entry.line}"
        for line in split_lines(entry.output):
            yield head + line
    for view in views.values():
        yield view.describe()
