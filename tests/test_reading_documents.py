"""Web pages, PDFs, Word documents and books, made by other programs."""

import gzip
import io
import random
import zipfile
from datetime import date

import docx
import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from extractor.articles import ArticleReader, extras, source, web_page
from extractor.models import Article
from tests.reading import FILES, checked, read, the_article, the_error, write

MET = "Norway's trade minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday, officials said."
AGREED = "The talks about fish were the first since 2016. Both sides agreed to meet again in Oslo in the autumn."
FRENCH = (
    "Le chef de la diplomatie française s'est entretenu jeudi à Genève avec son homologue algérien. La rencontre, qui "
    "s'est déroulée à huis clos, a duré près de trois heures, où les deux hommes ont évoqué la situation au Sahel."
)
SCRIPTS = (
    "The ministers \U0001f91d met, 👩‍👩‍👧 and the cafe\u0301 was closed for the day of the talks.",
    "التقى وزير الخارجية يوم الأربعاء بالوفد الأمريكي في القاهرة، وناقش الطرفان الوضع في المنطقة.",
    "שר החוץ נפגש ביום רביעי עם המשלחת האמריקאית בירושלים, והצדדים דנו במצב באזור.",
)
NEEDS = "needs a library that is not installed: pip install 'news-event-extractor[{}]'"


def page(body, head="", lang="en-GB"):
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Talks in Nairobi - Example News</title>'
        f"{head}</head><body><nav><a href='/'>Home</a> <a href='/world'>World</a></nav><article>{body}</article>"
        "<footer>Imprint. All rights reserved.</footer></body></html>"
    )


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


# Web pages

HEAD = (
    '<meta property="og:title" content="Talks in Nairobi"><meta property="og:site_name" content="Example News">'
    '<meta property="article:published_time" content="2019-03-14T10:00:00Z">'
    '<meta property="article:modified_time" content="2019-04-01T10:00:00Z">'
    '<link rel="canonical" href="https://news.example.org/talks">'
)


@pytest.mark.parametrize("suffix", ["html", "htm", "xhtml", "HTML"])
def test_a_web_page_is_its_main_text_with_what_its_metadata_tells(tmp_path, suffix):
    assert the_article(tmp_path / f"a.{suffix}", page(paragraphs(MET, AGREED), HEAD)) == Article(
        id="a",
        text=f"{MET}\n{AGREED}",
        title="Talks in Nairobi",
        published=date(2019, 3, 14),
        source="Example News",
        url="https://news.example.org/talks",
        language="en",
    )


def test_the_text_of_a_page_keeps_emoji_combining_marks_and_scripts_from_right_to_left(tmp_path):
    article = the_article(tmp_path / "a.html", page(paragraphs(*SCRIPTS)))
    # trafilatura leaves out what joins letters and is not seen; offsets count the text without it.
    assert article.text == "\n".join(SCRIPTS).replace("\u200d", "")


@pytest.mark.parametrize(
    ("charset", "text"),
    [("windows-1251", "Министр встретился в среду с делегацией."), ("iso-8859-1", "Zoë “said” so.")],
)
def test_a_page_says_its_own_encoding(tmp_path, charset, text):
    encoding = "cp1252" if charset == "iso-8859-1" else charset
    html = page(paragraphs(f"{text} {text}", f"{text} {text} {text}")).replace("utf-8", charset)
    article = the_article(tmp_path / "a.html", html.encode(encoding))
    assert text in article.text
    assert article.notes == ()


def test_a_page_whose_encoding_is_not_what_it_says_is_guessed_and_noted(tmp_path):
    article = the_article(tmp_path / "a.html", page(paragraphs(FRENCH, AGREED)).encode("cp1252"))
    assert article.text == f"{FRENCH}\n{AGREED}"
    assert "which is a guess" in article.notes[0]


def test_a_page_without_an_article_is_an_error(tmp_path):
    assert the_error(tmp_path / "a.html", page("")) == f"'{tmp_path}/a.html' is a page without an article."


@pytest.mark.parametrize(
    "html", ["<p>They met", "<<<<", "</html>", "<div>" * 5000 + "x", "<!--", "<script>x", "&#0;&#x110000;"]
)
def test_a_broken_page_is_one_outcome(tmp_path, html):
    assert len(checked(tmp_path / "a.html", html)) == 1


def test_an_unclosed_page_is_read(tmp_path):
    text = the_article(tmp_path / "a.html", page(f"<p>{MET}<p>{AGREED}").removesuffix("</body></html>")).text
    assert text == f"{MET}\n{AGREED}"


def test_a_page_that_would_take_hours_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(web_page, "_MOST_ELEMENTS", 20)
    assert "has more than 20 elements" in the_error(tmp_path / "a.html", page("<p>They met.</p>" * 30))


def test_the_folder_that_a_browser_saves_beside_a_page_is_no_page(tmp_path):
    write(tmp_path / "Talks.html", page(paragraphs(MET, AGREED)))
    write(tmp_path / "Talks_files" / "advert.html", "<p>Buy.</p>")
    write(tmp_path / "other_files" / "a.txt", "They met.")
    assert [found.id for found in read(tmp_path)] == ["Talks", "other_files/a"]


# PDF


def pdf(path, *pages, title="Talks in Nairobi", **options):
    def number(canvas, document):
        canvas.drawString(280, 30, f"Example News, page {document.page}")

    style = ParagraphStyle("body", spaceBefore=8)
    story = [flowable for texts in pages for flowable in (*(Paragraph(text, style) for text in texts), PageBreak())]
    document = SimpleDocTemplate(str(path), title=title, **options)
    document.build(story, onFirstPage=number, onLaterPages=number)
    return path


def test_a_pdf_is_its_paragraphs_and_its_title():
    (found,) = read(FILES / "fpdf2.pdf")
    assert found.article == Article(
        id="fpdf2",
        title="Talks in Nairobi",
        text=f"{MET.removesuffix('.')} after the talks.\n\n"
        "The talks about fish and fertiliser were the first since 2016. Both sides agreed to meet again in Oslo in the "
        'autumn, a spokesperson said.\n\n"We are content," he said.',
    )


def test_what_stands_at_the_foot_of_most_pages_is_left_out_and_noted(tmp_path):
    (found,) = read(pdf(tmp_path / "a.pdf", *[[f"On day {n}, {MET}", f"{AGREED} {n}"] for n in range(4)]))
    assert "Example News, page" not in found.article.text
    assert found.article.text.count("\n\n") == 7
    assert found.article.notes == ("lines that stand at the top or bottom of most pages were left out",)


def test_a_word_divided_at_the_end_of_a_line_is_left_so_and_noted(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for number, line in enumerate(
        ["The ministers spoke at length about fish, trans-", "port and fertiliser before they left Oslo."]
    ):
        canvas.drawString(72, 700 - 14 * number, line)
    canvas.save()
    (found,) = read(tmp_path / "a.pdf")
    assert found.article.text == (
        "The ministers spoke at length about fish, trans-\nport and fertiliser before they left Oslo."
    )
    assert found.article.notes == ("words divided at the ends of lines were left so: 1",)
    assert found.article.title is None


def test_a_pdf_of_pictures_says_that_it_needs_ocr(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.rect(72, 72, 200, 200, fill=1)
    canvas.save()
    (found,) = read(tmp_path / "a.pdf")
    assert str(found.error) == f"'{tmp_path}/a.pdf' has no text: its pages may be pictures, which need OCR first."


def test_a_pdf_that_only_asks_not_to_be_printed_is_read_and_one_with_a_password_is_an_error(tmp_path):
    open_ = StandardEncryption("", "owner", canPrint=0)
    closed = StandardEncryption("secret", "owner")
    (found,) = read(pdf(tmp_path / "open.pdf", [MET], encrypt=open_))
    assert MET in found.article.text
    (found,) = read(pdf(tmp_path / "closed.pdf", [MET], encrypt=closed))
    assert str(found.error) == f"'{tmp_path}/closed.pdf' is encrypted; save it without its password."


def test_a_truncated_or_garbled_pdf_is_one_outcome(tmp_path):
    whole = (FILES / "fpdf2.pdf").read_bytes()
    for size in range(0, len(whole), 97):
        assert len(checked(tmp_path / "a.pdf", whole[:size])) == 1
    chance = random.Random(7)
    for _ in range(30):
        garbled = bytearray(whole)
        for _ in range(12):
            garbled[chance.randrange(len(whole))] = chance.randrange(256)
        assert len(checked(tmp_path / "a.pdf", bytes(garbled))) == 1


def test_what_is_no_pdf_is_an_error(tmp_path):
    assert f"'{tmp_path}/a.pdf' is damaged: " in the_error(tmp_path / "a.pdf", MET)


@pytest.mark.parametrize(("times", "why"), [(500_000, "of more than 10 MB"), (4_000_000, "Limit reached")])
def test_a_page_of_a_pdf_that_expands_without_end_is_an_error(tmp_path, times, why):
    writer = PdfWriter(clone_from=FILES / "fpdf2.pdf")
    drawn = DecodedStreamObject()
    drawn.set_data(b"BT (They met.) Tj ET " * times)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(drawn.flate_encode())
    file = io.BytesIO()
    writer.write(file)
    assert why in the_error(tmp_path / "a.pdf", file.getvalue())


# Word


def word(path, *texts, title="Talks"):
    document = docx.Document()
    document.core_properties.title = title
    for text in texts:
        document.add_paragraph(text)
    document.save(path)
    return path


def test_a_word_document_is_its_paragraphs_and_tables_in_their_order(tmp_path):
    document = docx.Document()
    document.core_properties.title = "Talks in Nairobi"
    document.core_properties.language = "en-GB"
    document.add_heading("Talks", 1)
    document.add_paragraph("Lars Hegge met ").add_run("Wanjiru Odhiambo.").bold = True
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Oslo", "Nairobi"
    document.add_paragraph(SCRIPTS[0])
    document.save(tmp_path / "a.docx")
    (found,) = read(tmp_path / "a.docx")
    assert found.article == Article(
        id="a",
        title="Talks in Nairobi",
        language="en",
        text=f"Talks\n\nLars Hegge met Wanjiru Odhiambo.\n\nOslo\tNairobi\n\n{SCRIPTS[0]}",
    )


def zipped(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["a.docx", "a.epub"])
def test_a_zip_bomb_is_an_error_before_it_is_unpacked(tmp_path, name):
    (found,) = read(zipped(tmp_path / name, {"word/document.xml": b" " * 30_000_000}))
    assert str(found.error) == f"'{tmp_path}/{name}' unpacks to more than any document has."


def test_a_zip_bomb_that_lies_about_its_size_is_an_error(tmp_path):
    bomb = bytearray(zipped(tmp_path / "a.docx", {"word/document.xml": b" " * 30_000_000}).read_bytes())
    true_size, false_size = (30_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    assert the_error(tmp_path / "a.docx", bytes(bomb).replace(true_size, false_size))


@pytest.mark.parametrize("name", ["a.docx", "a.epub"])
def test_a_member_whose_path_leads_out_writes_nothing(tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    members = {
        "../evil.txt": "x",
        "/evil.txt": "x",
        "META-INF/container.xml": "<a><rootfile full-path='../evil.txt'/></a>",
    }
    assert read(zipped(folder / name, members))[0].error
    assert [path.name for path in tmp_path.rglob("*")] == ["in", name]


def test_entities_of_a_word_document_do_not_unfold(tmp_path):
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    with zipfile.ZipFile(word(tmp_path / "whole.docx", "They met.")) as whole:
        members = {name: whole.read(name).decode("latin-1") for name in whole.namelist()}
    declared = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    body = members["word/document.xml"].replace("?>", f"?>{declared}", 1).replace("They met.", "They met.&l9;")
    (found,) = read(zipped(tmp_path / "a.docx", members | {"word/document.xml": body}))
    assert found.error or found.article.text == "They met."


@pytest.mark.parametrize("size", [0, 10, 2000, 20_000])
def test_a_truncated_word_document_is_one_outcome(tmp_path, size):
    whole = word(tmp_path / "whole.docx", MET).read_bytes()
    assert the_error(tmp_path / "a.docx", whole[:size])


# Books


def test_a_book_is_an_article_for_each_of_its_pieces_in_reading_order():
    first, second = read(FILES / "ebooklib.epub")
    known = {"source": "The Example Weekly", "published": date(2019, 3, 14), "language": "en"}
    assert second.article == Article(
        id="ebooklib:2",
        text="Talks in Lima\n\nPeru and Chile held talks in Lima.\n\nThey spoke of copper & fish.",
        **known,
    )
    assert first.article.text.startswith("Talks in Nairobi\n\nNorway's trade minister")


def test_a_book_with_a_missing_piece_gives_the_others(tmp_path):
    with zipfile.ZipFile(FILES / "ebooklib.epub") as book:
        members = {name: book.read(name) for name in book.namelist() if not name.endswith("piece1.xhtml")}
    first, second = read(zipped(tmp_path / "a.epub", members))
    assert str(first.error) == f"'{tmp_path}/a.epub#1' has no 'EPUB/piece1.xhtml' within."
    assert second.article.id == "a:2"


def test_a_book_that_declares_entities_is_an_error(tmp_path):
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    (found,) = read(zipped(tmp_path / "a.epub", {"META-INF/container.xml": bomb}))
    assert str(found.error).startswith(f"'{tmp_path}/a.epub' is damaged: EntitiesForbidden")


# What is the same for all


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("a.html", "html"),
        ("a.pdf", "pdf"),
        ("a.docx", "office"),
        ("a.xml", "feeds"),
        ("a.warc.gz", "warc"),
        ("a.parquet", "parquet"),
    ],
)
def test_a_missing_library_is_told_in_one_sentence(tmp_path, monkeypatch, name, extra):
    def missing(wanted):
        raise ModuleNotFoundError(wanted)

    monkeypatch.setattr(extras.importlib, "import_module", missing)
    assert the_error(tmp_path / name, b"x") == f"'{tmp_path}/{name}' {NEEDS.format(extra)}."


@pytest.mark.parametrize("name", ["a.html", "a.pdf", "a.docx", "a.epub"])
def test_a_document_larger_than_any_article_is_an_error(tmp_path, monkeypatch, name):
    monkeypatch.setattr(source, "MOST_BYTES", 1_000_000)
    assert (
        the_error(tmp_path / name, b" " * 1_000_001) == f"'{tmp_path}/{name}' is larger than 1 MB, which no article is."
    )


def test_documents_are_counted_without_being_read(tmp_path, monkeypatch):
    for name in ("a.html", "b.pdf", "c.docx"):
        write(tmp_path / name, b"x")
    monkeypatch.setattr(extras, "load", None)
    assert ArticleReader([tmp_path]).count() == 3


def test_a_document_may_be_compressed(tmp_path):
    article = the_article(tmp_path / "a.html.gz", gzip.compress(page(paragraphs(MET, AGREED)).encode()))
    assert (article.id, article.text) == ("a", f"{MET}\n{AGREED}")
