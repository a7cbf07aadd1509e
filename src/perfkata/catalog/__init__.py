"""All content as typed objects: the roadmap, the questions, where their files lie.

The only reader of roadmap.toml and question.toml. It says what is there and whether
it is consistent; it runs nothing of a question, and what a person did is not its
business. Every error is a `CatalogError` and one line.

    catalog = open_catalog()
    catalog.question("21").title
    catalog.roadmap.topics
    catalog.check()         # every problem of the content
"""

from __future__ import annotations

from perfkata.catalog.catalog import Catalog, open_catalog
from perfkata.catalog.content import CONTENT_VARIABLE, content_root
from perfkata.catalog.errors import (
    CatalogError,
    ContentNotFoundError,
    InvalidContentError,
    UnknownQuestionError,
    UnreadableFileError,
)
from perfkata.catalog.materials import Chapter, Drill
from perfkata.catalog.question import (
    Bar,
    Difficulty,
    Growth,
    Level,
    Measure,
    NotAllowed,
    Question,
    QuestionFacts,
)
from perfkata.catalog.roadmap import (
    Activity,
    Days,
    DifficultyLegend,
    DrillActivity,
    ExplainActivity,
    InterviewFormat,
    OrderStep,
    Pace,
    QuestionActivity,
    ReadActivity,
    Resource,
    ReviewActivity,
    Roadmap,
    TierSummary,
    Topic,
    Week,
)

__all__ = [
    "CONTENT_VARIABLE",
    "Activity",
    "Bar",
    "Catalog",
    "CatalogError",
    "Chapter",
    "ContentNotFoundError",
    "Days",
    "Difficulty",
    "DifficultyLegend",
    "Drill",
    "DrillActivity",
    "ExplainActivity",
    "Growth",
    "InterviewFormat",
    "InvalidContentError",
    "Level",
    "Measure",
    "NotAllowed",
    "OrderStep",
    "Pace",
    "Question",
    "QuestionActivity",
    "QuestionFacts",
    "ReadActivity",
    "Resource",
    "ReviewActivity",
    "Roadmap",
    "TierSummary",
    "Topic",
    "UnknownQuestionError",
    "UnreadableFileError",
    "Week",
    "content_root",
    "open_catalog",
]
