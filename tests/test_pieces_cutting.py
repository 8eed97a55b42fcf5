"""Cutting: pieces that tile a text, with borders where a reader would put them."""

import regex
from hypothesis import example, given
from hypothesis import strategies as st

from extractor.pieces import cut, halve
from extractor.pieces.borders import parts_character

ODD = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("  \n\n\r.。！؟।👩🏽\u200d🚀🇳🇴e\u0301각ᄀㆍאشक्\u200f\ufeff"),
    ),
    max_size=400,
)
SENTENCE = "The port was closed on Monday. "


def bodies(text, size, **options):
    return [text[piece.start : piece.end] for piece in cut(text, size, **options)]


@given(ODD, st.integers(1, 120), st.integers(0, 60))
@example("a" * 50, 7, 3)
@example("\n" * 50, 7, 3)
@example("e" + "\u0301" * 50, 7, 3)
def test_the_pieces_of_any_text_tile_it_and_are_no_longer_than_asked(text, size, context):
    pieces = cut(text, size, context=context)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    for piece in pieces:
        assert piece.end - piece.start <= size
        assert 0 <= piece.start - piece.shown_start <= context
        assert 0 <= piece.shown_end - piece.end <= context
    assert len(pieces) == 1 or all(piece.start < piece.end for piece in pieces)


@given(ODD, st.integers(8, 120))
def test_no_character_is_parted_where_it_can_be_avoided(text, size):
    whole = {0, len(text), *(found.end() for found in regex.finditer(r"\X", text))}
    for piece in cut(text, size, context=size):
        for border in (piece.start, piece.shown_start, piece.shown_end):
            # Where characters are endless, or seem to be, they have to be parted somewhere.
            assert border in whole or parts_character(text, border)


def test_an_article_that_is_short_enough_is_one_piece():
    (piece,) = cut(SENTENCE, len(SENTENCE))
    assert (piece.start, piece.end, piece.shown_start, piece.shown_end) == (0, 31, 0, 31)


def test_pieces_begin_with_paragraphs():
    text = "\n\n".join(f"Paragraph {number}. {SENTENCE * 3}" for number in range(40))
    pieces = bodies(text, 600)
    assert all(piece.startswith("Paragraph") and piece.endswith(". \n\n") for piece in pieces[:-1])


def test_a_paragraph_that_is_too_long_is_cut_at_a_line_a_sentence_or_a_word():
    lines = "\n".join(["The port was closed, and nobody knew why or for how long"] * 20)
    assert all(piece.startswith("The port") for piece in bodies(lines, 200))
    assert all(piece.startswith("The port") for piece in bodies(SENTENCE * 20, 200))
    assert all(piece.startswith("port") for piece in bodies("port " * 100, 63))


def test_text_without_spaces_is_cut_behind_its_sentences():
    assert set(bodies("港口星期一关闭了。" * 30, 100)) == {"港口星期一关闭了。" * 10}


def test_abbreviations_end_no_sentence():
    text = "Mr. Hegge of the U.S. port met Dr. Odhiambo at the quay for talks. " * 8
    assert all(piece.startswith("Mr. Hegge") for piece in bodies(text, 100))


def test_pieces_are_about_as_long_as_each_other():
    text = "\n\n".join([SENTENCE * 2] * 100)
    assert [len(piece) for piece in bodies(text, 2_500)] == [2112, 2112, 2174]


def test_whole_paragraphs_around_a_piece_are_shown():
    text = "\n\n".join(f"{number} {SENTENCE * 4}" for number in range(100, 160))
    piece = cut(text, 1_000, context=300)[2]
    assert text[piece.shown_start :].startswith(f"{int(text[piece.start :][:3]) - 2} The port")
    assert text[piece.shown_end :].startswith(f"{int(text[piece.end :][:3]) + 2} The port")


def test_of_a_paragraph_that_is_too_long_to_be_shown_the_nearest_sentences_are():
    text = SENTENCE * 100
    piece = cut(text, 1_000, context=100)[1]
    assert text[piece.shown_start : piece.start] == SENTENCE * 3
    assert text[piece.end : piece.shown_end] == SENTENCE * 3


@given(ODD.filter(lambda text: len(text) > 1), st.integers(0, 30))
def test_the_halves_of_a_piece_tile_it_and_show_what_it_showed(text, context):
    piece = cut(text, len(text))[0]
    first, second = halve(text, piece, context=context)
    assert (first.start, first.end, second.end) == (piece.start, second.start, piece.end)
    assert (first.shown_start, second.shown_end) == (piece.shown_start, piece.shown_end)
    assert first.start < first.end < second.end
