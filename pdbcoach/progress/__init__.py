"""The learner's progress: stored on disk, turned into boxes, and used to choose a review."""
