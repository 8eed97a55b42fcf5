"""Countries: ISO 3166-1 codes and the names that stand for them."""

from __future__ import annotations

import functools

from extractor.normalize.finding import Finding
from extractor.reference import states_by_name


def check_country(code: str | None, place_text: str | None) -> tuple[str | None, Finding | None]:
    """Return the code as ISO 3166-1 alpha-2, or None where it is none, with what is to be said about it."""
    if code is None:
        return None, None
    upper = code.strip().upper()
    if not is_country_code(upper):
        return None, Finding("country_invalid", f"{code!r} is not an ISO 3166-1 alpha-2 code", "left_out")
    if place_text is None:
        return None, Finding("country_invalid", f"{upper} is given, but no place that lies in it", "left_out")
    named = country_named(place_text)
    if named and named != upper:
        return upper, Finding("country_disagrees", f"{place_text!r} is {named}, not {upper}", "kept")
    return upper, None


def is_country_code(code: str) -> bool:
    """Tell whether the code is an ISO 3166-1 alpha-2 code, or XK, which statistics use for Kosovo."""
    return code in _codes()


def alpha_3_of(code: str) -> str:
    """Return the alpha-3 code that belongs to an alpha-2 code."""
    import pycountry

    found = pycountry.countries.get(alpha_2=code)
    return found.alpha_3 if found else "XKX"


@functools.lru_cache(maxsize=10_000)
def country_named(name: str) -> str | None:
    """Return the code of the country that bears the name, or None where the name is not a country's."""
    plain = " ".join(name.casefold().split())
    if state := states_by_name().get(plain):
        return state.code
    # A word of two or three letters would be looked up as a code: "on", "in", "at".
    if len(plain) <= 3:
        return None
    import pycountry

    try:
        found: str = pycountry.countries.lookup(plain).alpha_2
    except LookupError:
        return None
    return found


@functools.cache
def _codes() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}
