"""The learner: what a person does with perfkata, and where their files lie."""
