"""Reference: what every reader of news knows, as tables in `data/` that all rooms above read."""

from extractor.reference.states import State, blocs, is_bloc, names_by_seat, states, states_by_name
from extractor.reference.titles import is_particle, titles

__all__ = ["State", "blocs", "is_bloc", "is_particle", "names_by_seat", "states", "states_by_name", "titles"]
