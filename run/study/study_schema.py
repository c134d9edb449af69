"""The JSON schema of a study file, and its sections."""

from __future__ import annotations

from hebbfilm.run.inputs.case_schema import Schema, described
from hebbfilm.run.inputs.key_sections import KeySection, Sections
from hebbfilm.run.study.study_keys import StudyFile


def study_schema() -> Schema:
    """Of a study, as a file holds it."""
    return described(StudyFile, {})


def study_sections() -> tuple[KeySection, ...]:
    """Sections of a study: "study", "study.vary" and so on."""
    return Sections(study_schema(), "study").ordered()
