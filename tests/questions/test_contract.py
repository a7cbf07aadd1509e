"""The contract of every question that is here, as ``perfkata check`` holds it."""

from __future__ import annotations

import pytest

from perfkata.catalog import Question
from perfkata.judge.contract import check_question


@pytest.mark.timeout(400)
def test_a_question_keeps_its_contract(question_here: Question) -> None:
    """Nothing is found that breaks a rule, and every answer was looked at."""
    found = list(check_question(question_here))
    assert [str(finding) for finding in found if not finding.is_good] == []
    looked_at = {finding.where for finding in found}
    answers = (*question_here.rungs(), *question_here.wrong_answers())
    for path in (question_here.starter, *answers, question_here.examples):
        where = f"{question_here.name}/{path.relative_to(question_here.folder)}"
        assert where in looked_at
