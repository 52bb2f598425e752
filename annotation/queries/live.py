"""Which votes count, in SQL: the same words wherever votes are read by hand."""

LIVE = """vote.retracted_at IS NULL AND NOT vote.surplus AND NOT EXISTS (
    SELECT FROM annotation_exclusion excluded WHERE excluded.study_id = vote.study_id
    AND excluded.annotator_id = vote.annotator_id AND excluded.lifted_at IS NULL)"""
"""Of rows named `vote`: not retracted, not surplus, and not said by somebody who is excluded from the study."""
