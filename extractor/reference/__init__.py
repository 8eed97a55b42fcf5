"""Reference: what every reader of news knows, as tables in `data/` that all rooms above read."""

from extractor.reference.states import State, blocs, is_bloc, names_by_seat, states, states_by_name

__all__ = ["State", "blocs", "is_bloc", "names_by_seat", "states", "states_by_name"]
