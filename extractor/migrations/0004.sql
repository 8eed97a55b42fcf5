-- Records of runs with a schema of one's own. The views of its kinds of records are made when the tables are filled.

CREATE TABLE records (
    id TEXT PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (path) ON DELETE CASCADE,
    record TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX records_by_article ON records (article, position);
CREATE INDEX records_by_kind ON records (kind);

CREATE TABLE record_quotes (
    record TEXT NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    field TEXT NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    text TEXT NOT NULL,
    match TEXT NOT NULL,
    PRIMARY KEY (record, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_views (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW record_evidence AS
SELECT
    records.kind AS kind,
    records.id AS record,
    records.article AS article,
    articles.title AS title,
    record_quotes.field AS field,
    record_quotes.text AS text,
    record_quotes.start_char AS start_char,
    record_quotes.end_char AS end_char
FROM record_quotes
JOIN records ON records.id = record_quotes.record
JOIN articles ON articles.path = records.article;
