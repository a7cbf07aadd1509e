"""The judge: runs a submission that it does not believe, and says what it is worth."""
