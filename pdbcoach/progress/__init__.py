"""What is remembered of a learner: kept on disk, counted, and used to choose what comes next."""
