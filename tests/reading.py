"""Files written and read back as articles, for the tests of readers."""

from extractor.articles import ArticleReader
from extractor.errors import ArticleError
from extractor.models import Article
from tests.conftest import ROOT

FILES = ROOT / "tests" / "files"


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(*paths, fields=None):
    return list(ArticleReader(paths, fields))


def the_article(path, content, fields=None):
    (found,) = read(write(path, content), fields=fields)
    assert found.error is None
    return found.article


def the_error(path, content):
    (found,) = read(write(path, content))
    assert found.article is None
    return str(found.error)


def checked(path, content):
    found = read(write(path, content))
    for item in found:
        assert (item.article is None) == isinstance(item.error, ArticleError)
        assert f"{item.id}{item.path}{item.error}".encode()
        if item.article:
            assert item.article.id == item.id
            assert Article.model_validate_json(item.article.model_dump_json()) == item.article
    assert len({item.id for item in found}) == len(found)
    return found
