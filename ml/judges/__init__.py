"""Models of any kind behind one small interface: an image and masks go in, distributions come out (docs/judges.md)."""

from ml.judges.judge import RegionJudge, TalkingJudge, load_judge

__all__ = ["RegionJudge", "TalkingJudge", "load_judge"]
