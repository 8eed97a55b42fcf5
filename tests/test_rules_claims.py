"""Claims by rules: who says what, in invented sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.rules.cast import read_cast
from extractor.rules.claims import find_claims
from extractor.rules.claims.source import SourcePhrase
from extractor.rules.claims.statement import state_claim
from extractor.rules.text import read_sentences


def find(text):
    sentences = read_sentences(text)
    cast = read_cast(text, sentences)
    return cast, find_claims(text, sentences, cast)


def claims(text):
    """Return source, cue, content (its parts joined by an ellipsis) of each claim."""
    cast, found = find(text)
    return [
        (
            one.source.name if isinstance(one.source, SourcePhrase) else cast.parties[one.source].names[0],
            text[slice(*one.cue)],
            " … ".join(text[slice(*place)] for place in one.content),
        )
        for one in found
    ]


def modalities(text):
    return [one.modality for one in find(text)[1]]


@pytest.mark.parametrize(
    "text",
    [
        "“The harbour will close tonight,” Ida Holm said.",
        "“The harbour will close tonight,” said Ida Holm, the mayor of Lund.",
        '"The harbour will close tonight," Ida Holm said on Friday in a radio interview.',
        "Ida Holm said: “The harbour will close tonight,”",
        "Ida Holm told reporters on Monday, “The harbour will close tonight,”",
        "Ida Holm, who has run the port since May, said, “The harbour will close tonight,”",
    ],
)
def test_direct_speech_has_a_speaker_on_either_side(text):
    ((source, _, content),) = claims(text)
    assert (source, content) == ("Ida Holm", "The harbour will close tonight,")


def test_a_split_quotation_is_one_claim():
    text = "“The harbour is old,” Ida Holm said, “and the quay is worse.”"
    assert claims(text) == [("Ida Holm", "said", "The harbour is old, … and the quay is worse.")]


def test_a_quotation_without_a_cue_goes_on_for_the_same_speaker():
    text = "“The harbour is old,” Ida Holm said. “The quay is worse.”\n\nNils Lund left the hall at noon."
    assert claims(text) == [("Ida Holm", "said", "The harbour is old, … The quay is worse.")]


def test_a_quotation_over_paragraphs_is_one_speakers():
    text = "Ida Holm said: “The harbour is old.\n\n“The quay is worse.”"
    assert claims(text) == [("Ida Holm", "said", "The harbour is old. … The quay is worse.")]


def test_the_speaker_may_be_named_after_the_last_paragraph():
    text = "The hall fell silent.\n\n“The harbour is old.\n\n“The quay is worse,” Ida Holm said."
    assert claims(text) == [("Ida Holm", "said", "The harbour is old. … The quay is worse,")]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Ida Holm said the harbour would close.", "said"),
        ("Ida Holm said on Tuesday that the harbour would close.", "said"),
        ("Ida Holm said in a statement on Tuesday that the harbour would close.", "said"),
        ("Ida Holm told the Lund council that the harbour would close.", "told"),
        ("Ida Holm has repeatedly insisted the harbour would close.", "insisted"),
        ("According to Ida Holm, the harbour would close.", "According to"),
        ("On Tuesday, Ida Holm, a former pilot, announced that the harbour would close.", "announced"),
        ("Ida Holm was quoted as saying that the harbour would close.", "saying"),
        ("Lund Radio quoted Ida Holm as saying that the harbour would close.", "saying"),
        ("Ida Holm gave an assurance that the harbour would close.", "assurance"),
        ("Ida Holm issued a letter saying that the harbour would close.", "saying"),
        ("Ida Holm's warning that the harbour would close came late.", "warning"),
    ],
)
def test_indirect_speech_is_told_from_its_cue(text, cue):
    source, found, content = claims(text)[0]
    assert (source, found) == ("Ida Holm", cue)
    assert content.startswith("the harbour would close")


@pytest.mark.parametrize(
    "text",
    [
        "The harbour would close, Ida Holm said.",
        "The harbour would close, said Ida Holm.",
        "The harbour would close, according to Ida Holm.",
        "The harbour would close, as stated by Ida Holm.",
    ],
)
def test_the_attribution_may_stand_behind(text):
    ((source, _, content),) = claims(text)
    assert (source, content) == ("Ida Holm", "The harbour would close")


def test_an_attribution_in_the_middle_parts_the_content():
    text = "The harbour of Lund, Ida Holm said, would close for a year."
    assert claims(text) == [("Ida Holm", "said", "The harbour of Lund … would close for a year")]


def test_coordinated_clauses_are_two_claims():
    text = "Ida Holm said that the harbour was old and that the quay was worse."
    assert [content for *_, content in claims(text)] == ["the harbour was old", "the quay was worse"]


def test_a_clause_within_the_content_is_not_parted():
    text = "Ida Holm said that she would see that the harbour opened and that the quay was mended."
    assert len(claims(text)) == 1


def test_an_infinitive_is_no_circumstance():
    text = "As the quay of Lund sinks, Ida Holm has vowed to close the port, shutting out ships."
    assert [content for *_, content in claims(text)] == ["to close the port, shutting out ships"]


def test_while_leads_to_the_next_speaker():
    text = "Ida Holm said the port was old while Nils Lund warned of floods."
    assert claims(text) == [("Ida Holm", "said", "the port was old"), ("Nils Lund", "warned", "floods")]


def test_further_verbs_share_the_subject():
    text = "Ida Holm said the harbour was old and warned that the quay could sink, adding that pilots were scarce."
    assert claims(text) == [
        ("Ida Holm", "said", "the harbour was old"),
        ("Ida Holm", "warned", "the quay could sink"),
        ("Ida Holm", "adding", "pilots were scarce"),
    ]


@pytest.mark.parametrize(
    ("text", "modality", "content"),
    [
        ("Ida Holm denied that the port was sold.", "denied", "the port was sold"),
        ("Ida Holm rejected the charge of neglect.", "denied", "the charge of neglect"),
        ("Ida Holm warned of a long strike.", "forecast", "a long strike"),
        ("Ida Holm said the port would close.", "forecast", "the port would close"),
        ("Ida Holm said she would close the port.", "intended", "she would close the port"),
        ("Ida Holm said it would be late.", "forecast", "it would be late"),
        ("Ida Holm promised to close the port.", "intended", "to close the port"),
        ("Ida Holm urged Lund to close the port.", "demanded", "Lund to close the port"),
        ("Ida Holm told the crews to close the port.", "demanded", "the crews to close the port"),
        ("Ida Holm told the crews they must close the port.", "demanded", "they must close the port"),
        ("Ida Holm called for a closed port.", "demanded", "a closed port"),
        ("Ida Holm called on Lund to close the port.", "demanded", "Lund to close the port"),
        ("Ida Holm said the port must close.", "demanded", "the port must close"),
        ("Ida Holm accused Lund of closing the port.", "asserted", "Lund of closing the port"),
        ("Ida Holm described the port as a ruin.", "asserted", "the port as a ruin"),
        ("Ida Holm called the port “a ruin”.", "asserted", "the port “a ruin”"),
        ("Ida Holm reported a potential sale of the port.", "unconfirmed", "a potential sale of the port"),
    ],
)
def test_cue_and_modal_give_the_modality(text, modality, content):
    assert modalities(text) == [modality]
    assert [found for *_, found in claims(text)] == [content]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A young nurse who asked not to be named said the ward was full.", "young nurse"),
        ("Three dockers and a pilot said the ward was full.", "Three dockers and a pilot"),
        ("Residents near the quay said the ward was full.", "Residents"),
        ("A report by the Lund Institute says the ward was full.", "Lund Institute"),
        ("A survey found that the ward was full.", "survey"),
        ("The group's leader, Ida Holm, said the ward was full.", "Ida Holm"),
        ("In Bergen, Ida Holm, a nurse from Lund, Scania, said the ward was full.", "Ida Holm"),
    ],
)
def test_a_source_may_be_described(text, source):
    ((found, *_),) = claims(text)
    assert found == source


def test_a_pronoun_means_who_spoke_last():
    text = "Ida Holm, the mayor, said the port was old. She added that the quay was worse."
    assert [source for source, *_ in claims(text)] == ["Ida Holm", "Ida Holm"]


@pytest.mark.parametrize(
    "text",
    [
        "It is reported that the harbour would close.",
        "The harbour was reportedly closed.",
        "Reports indicate that the harbour would close.",
        "The harbour is widely seen as a ruin.",
        "Ida Holm declined to comment on the harbour.",
        "Ida Holm has yet to confirm that the harbour would close.",
        "Ida Holm did not say that the harbour would close.",
        "Ida Holm will say on Monday that the harbour is closed.",
        "Ida Holm hopes the harbour will open.",
        "Ida Holm closed the harbour on Monday.",
        "The figures highlight the state of the harbour.",
        "The United States closed the harbour.",
        "Ida Holm was told that the harbour would close.",
        "According to plan, the harbour would close.",
    ],
)
def test_what_nobody_says_is_no_claim(text):
    assert claims(text) == []


def test_a_headline_makes_no_claim():
    assert claims("Mayor says harbour will close\n\nThe quay of Lund is a hundred years old.") == []


def test_an_outlet_in_brackets_is_the_source_of_a_quotation():
    text = "It is reported that “the harbour will close on Sunday” (Lund Radio). It rained."
    assert claims(text) == [("Lund Radio", "reported", "the harbour will close on Sunday")]


def test_the_outlet_that_passes_it_on_is_named():
    (claim,) = find("“The harbour will close,” Ida Holm told Lund Radio.")[1]
    assert claim.reported_by == "Lund Radio"


@pytest.mark.parametrize(
    ("content", "cue", "statement"),
    [
        (["we will close the port"], "said", "Ida Holm will close the port."),
        (["she was late"], "said", "Ida Holm was late."),
        (["the port,", "and the quay"], "said", "The port and the quay."),
        (["Is it late?"], "asked", "Is it late?"),
        (["it was “late.”"], "said", "It was “late.”"),
        (["to close the port"], "promised", "Ida Holm promised to close the port."),
        (["Lund of neglect"], "accused", "Ida Holm accused Lund of neglect."),
        (["Lund to close the port"], "urged", "Ida Holm urged Lund to close the port."),
        (["the port as a ruin"], "described", "Ida Holm described the port as a ruin."),
    ],
)
def test_a_statement_is_a_sentence_about_its_source(content, cue, statement):
    assert state_claim(content, "Ida Holm", cue) == statement


WORDS = "Ida Holm said says that , . “ ” ' ’ ( ) and but who : ; according to the as told vowed of called".split()
ANYTHING = st.one_of(st.text(max_size=200), st.lists(st.sampled_from([*WORDS, '"', "\n"]), max_size=60).map(" ".join))


@settings(max_examples=300)
@given(ANYTHING)
def test_every_cue_and_content_is_a_place_in_the_text(text):
    for claim in find(text)[1]:
        for start, end in (claim.cue, *claim.content):
            assert 0 <= start < end <= len(text)
            assert any(map(str.isalnum, text[start:end]))
        assert 1 <= len(claim.content) <= 3


@given(ANYTHING)
def test_the_same_text_gives_the_same_claims(text):
    assert find(text)[1] == find(text)[1]
