"""The built-in engine: English news read with rules and dictionaries, without a model."""
