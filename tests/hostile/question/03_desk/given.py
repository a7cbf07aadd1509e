"""What the question hands out."""


class BadNotesError(Exception):
    """A file of notes that is damaged."""


class Office:
    """Desks, each with some letters on it, that counts how often it is asked."""

    def __init__(self, counts):
        self._counts = list(counts)
        self.num_asked = 0

    @property
    def num_desks(self):
        """How many desks there are."""
        return len(self._counts)

    def letters(self, desk):
        """Return how many letters lie on a desk."""
        self.num_asked += 1
        return self._counts[desk]

    def fullest(self):
        """Return what is asked; no submission is given this."""
        return self._counts.index(max(self._counts))
