"""The verbs, a module each; `command` is what the application finds there."""
