"""The grammar: the noun phrases that name parties, as patterns over the letters of `units.py`."""

from __future__ import annotations

import re

_NAME = r"[NI](?:[NIP]*N)?"
_STATES = r"[SUL]"
_OWNER = r"(?:D?(?:[SULQRJ]|N{1,4}|[Oo]|x)')"
_QUALIFIERS = r"(?:[KkJUSQOoL]|[Tt](?=[KkJUSQTt])){0,5}"
_BODY_OF = r"(?:eD?[KkJUSN]{0,6}[KkJUSNOoL])?"
_BODY = rf"(?:{_OWNER}|[SULJQ])?(?>(?:[KkTNJUSLQ]|[Oo](?=[KkTNOog])|a(?=[KkN][Oo])){{0,8}})[Oo]{_BODY_OF}"
_OF = rf"(?:eD?(?:Q|{_BODY}|[SUL]|[KkJU]+[KkOoTt]?|N{{1,3}}))"
_OFFICE = rf"(?:{_OWNER}x{{0,2}}|(?:N(?=[KkTt]))?){_QUALIFIERS}[Tt]{{1,3}}{_OF}?"
_DESCRIBED = rf"D?n?{_QUALIFIERS}(?:[Ww]|(?<=[KkJ])x)?"
_MEMBERS = rf"(?:D?n?{_OWNER}?x?{_QUALIFIERS}|{_DESCRIBED}|[Dn][nxKkJUSNQOo]{{0,3}}|N{{1,2}}{_QUALIFIERS})"

PHRASE = re.compile(
    rf"""
    # For speed: only what can begin a phrase is looked at.
    (?= D[^v.,e|] | [KTGOSULJRQHNItgon] | w[Gg] | k{{1,5}}[^xv.,e|] | x' )
    (?:
      # Prime Minister Ana Rojas's office
      (?P<holders_body> D?(?:{_OFFICE})?H?{_NAME}'[KkJ]{{0,2}}[OoTtGgWw] )
      # Peru's leader, President Ana Rojas
    | (?P<titled>
        (?:D?{_OWNER}?x{{0,2}}[KkJOo]{{0,4}}[TtOo]{_OF}?,)? D?(?P<titled_office>{_OFFICE})H?(?P<titled_name>{_NAME})
        (?:e[SU](?![N']))?
      )
      # Ana Rojas of Peru
    | (?P<of_state> (?P<of_state_name>[NI][NIP]*N)e[SU](?![N']) )
      # Peru's president, Ana Rojas,
    | (?P<called> D?(?P<called_office>{_OFFICE}),H?(?P<called_name>{_NAME})(?=,|\.|a[^N]) )
      # Senators Ana Rojas and ...
    | (?P<plural> D?{_QUALIFIERS}[Gg]H?(?P<plural_name>{_NAME})(?=[ea,]) )
      # Ana Rojas, the president of Peru,
    | (?P<apposed> H?(?P<apposed_name>{_NAME}),D?(?:x(?=[KkTt]))?(?P<apposed_office>{_OFFICE})(?![NHITtP&]) )
      # Ms. Rojas
    | (?P<honoured> H(?P<honoured_name>{_NAME}) )
      # Peruvian, American and Kenyan delegations
    | (?P<shared> D?(?:[JUSQ],){{0,8}}[JUSQ],?a[JUSQ](?P<head>[Kk]*[GgOo]) )
      # representatives from Peru and Kenya
    | (?P<spread> D?(?:[KkOo]{{1,2}}a)?[KkOoxJUS]{{0,3}}[Gg][er]D?{_STATES}(?:,{_STATES}){{0,8}},?aD?{_STATES}(?!') )
      # the families of the victims
    | (?P<group> {_MEMBERS}[Gg](?:[er]D?(?:{_BODY}|[KkJUSNQx]{{0,3}}[SULNOoGgQ]))? )
      # Iraqi Kurds
    | (?P<people> D?n?[KkxLOoQJ]{{0,3}}R )
      # the Peruvian Ministry of Defense; Air Kenya
    | (?P<body> D?{_BODY} | N+[SU](?![N'\(]) )
      # a friend of Peru
    | (?P<person> (?:D[Kkx]{{0,2}}|{_OWNER}[Kkx]{{0,2}})[Ww](?:e(?:{_BODY}|[SULNQ]+))? )
      # the head of the General Intelligence Organization
    | (?P<office> D?(?:{_OFFICE}) )
      # Peru's Ana Rojas
    | (?P<possessed> [SUQ]'(?P<possessed_name>[NI][NIP]*N) )
    | (?P<known> D?Q )
    | (?P<state> D?[SU] )
    | (?P<place> L )
    | (?P<named> {_NAME} )
    )
    """,
    re.VERBOSE,
)
"""The phrases, the likeliest first; of a person's, the groups tell where the name and the office stand."""
