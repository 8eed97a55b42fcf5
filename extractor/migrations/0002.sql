-- The tables that analysts read. All of them are derived from articles.extraction, and can be filled anew from it.
-- What each table and column holds stands in extractor/tables/metadata.json and docs/dataset.md.

ALTER TABLE articles ADD COLUMN title TEXT AS (json_extract(extraction, '$.article.title'));
ALTER TABLE articles ADD COLUMN published TEXT AS (json_extract(extraction, '$.article.published'));
ALTER TABLE articles ADD COLUMN source TEXT AS (json_extract(extraction, '$.article.source'));
ALTER TABLE articles ADD COLUMN url TEXT AS (json_extract(extraction, '$.article.url'));
ALTER TABLE articles ADD COLUMN language TEXT AS (json_extract(extraction, '$.article.language'));

-- Rows of an article go when its outcome is replaced, and come again when the tables are filled.
CREATE TABLE filled (
    article TEXT PRIMARY KEY REFERENCES articles (path) ON DELETE CASCADE,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE participants (
    id TEXT PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (path) ON DELETE CASCADE,
    record TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT,
    represents TEXT
) STRICT;
CREATE INDEX participants_by_article ON participants (article);
CREATE INDEX participants_by_name ON participants (name);

CREATE TABLE aliases (
    participant TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    PRIMARY KEY (participant, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE mentions (
    participant TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (participant, start_char, end_char)
) STRICT, WITHOUT ROWID;

CREATE TABLE meetings (
    id TEXT PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (path) ON DELETE CASCADE,
    record TEXT NOT NULL,
    title TEXT NOT NULL,
    format TEXT NOT NULL,
    status TEXT NOT NULL,
    date TEXT,
    first_day TEXT,
    last_day TEXT,
    date_text TEXT,
    place_text TEXT,
    country TEXT,
    outcome TEXT
) STRICT;
CREATE INDEX meetings_by_article ON meetings (article);
CREATE INDEX meetings_by_day ON meetings (first_day);
CREATE INDEX meetings_by_country ON meetings (country);

CREATE TABLE topics (
    meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    PRIMARY KEY (meeting, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE meeting_participants (
    meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    participant TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE,
    PRIMARY KEY (meeting, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_participants_by_participant ON meeting_participants (participant);

CREATE TABLE claims (
    id TEXT PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (path) ON DELETE CASCADE,
    record TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE,
    reported_by TEXT,
    cue TEXT,
    statement TEXT NOT NULL,
    modality TEXT NOT NULL,
    meeting TEXT REFERENCES meetings (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX claims_by_article ON claims (article);
CREATE INDEX claims_by_participant ON claims (source);
CREATE INDEX claims_by_meeting ON claims (meeting);

CREATE TABLE spans (
    id TEXT PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (path) ON DELETE CASCADE,
    meeting TEXT REFERENCES meetings (id) ON DELETE CASCADE,
    claim TEXT REFERENCES claims (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    position INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    text TEXT NOT NULL,
    match TEXT NOT NULL,
    CHECK ((meeting IS NULL) <> (claim IS NULL))
) STRICT;
CREATE INDEX spans_by_article ON spans (article);
CREATE INDEX spans_by_meeting ON spans (meeting);
CREATE INDEX spans_by_claim ON spans (claim);

CREATE TABLE problems (
    article TEXT NOT NULL REFERENCES articles (path) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT,
    message TEXT NOT NULL,
    consequence TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX problems_by_code ON problems (code);

-- From here on: what `extractor link` writes, all of it anew each time.
CREATE TABLE linkings (
    version INTEGER NOT NULL,
    library TEXT NOT NULL,
    articles INTEGER NOT NULL,
    linked TEXT NOT NULL
) STRICT;

CREATE TABLE entities (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    names TEXT NOT NULL,
    represents TEXT NOT NULL,
    roles TEXT NOT NULL,
    articles INTEGER NOT NULL
) STRICT;
CREATE INDEX entities_by_name ON entities (name);

CREATE TABLE entity_members (
    participant TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE,
    via TEXT NOT NULL CHECK (via IN ('itself', 'represents', 'office')),
    entity TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    score REAL NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (participant, via)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_members_by_entity ON entity_members (entity);

CREATE TABLE occasions (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    format TEXT NOT NULL,
    date TEXT,
    first_day TEXT,
    last_day TEXT,
    country TEXT,
    place TEXT,
    articles INTEGER NOT NULL
) STRICT;
CREATE INDEX occasions_by_day ON occasions (first_day);
CREATE INDEX occasions_by_country ON occasions (country);

CREATE TABLE occasion_members (
    meeting TEXT PRIMARY KEY REFERENCES meetings (id) ON DELETE CASCADE,
    occasion TEXT NOT NULL REFERENCES occasions (id) ON DELETE CASCADE,
    score REAL NOT NULL,
    reasons TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX occasion_members_by_occasion ON occasion_members (occasion);

CREATE TABLE occasion_entities (
    occasion TEXT NOT NULL REFERENCES occasions (id) ON DELETE CASCADE,
    entity TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    PRIMARY KEY (occasion, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX occasion_entities_by_entity ON occasion_entities (entity);

CREATE TABLE conflicts (
    occasion TEXT NOT NULL REFERENCES occasions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    quote TEXT,
    start_char INTEGER,
    end_char INTEGER,
    PRIMARY KEY (occasion, number, meeting)
) STRICT, WITHOUT ROWID;
CREATE INDEX conflicts_by_meeting ON conflicts (meeting);

CREATE TABLE denials (
    id TEXT PRIMARY KEY,
    claim TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    denied_by TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    source TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    denier TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    occasion TEXT REFERENCES occasions (id) ON DELETE CASCADE,
    score REAL NOT NULL,
    reasons TEXT NOT NULL
) STRICT;
CREATE INDEX denials_by_claim ON denials (claim);
CREATE INDEX denials_by_denied_by ON denials (denied_by);
CREATE INDEX denials_by_source ON denials (source);
CREATE INDEX denials_by_denier ON denials (denier);
CREATE INDEX denials_by_occasion ON denials (occasion);

-- Pairs within one article's account: a state and the minister who is named for it elsewhere did not meet each other.
CREATE VIEW who_met_whom AS
SELECT
    one.name AS name,
    one.kind AS kind,
    other.name AS other_name,
    other.kind AS other_kind,
    count(DISTINCT occasions.id) AS meetings,
    min(occasions.first_day) AS first_day,
    max(occasions.last_day) AS last_day,
    one.id AS entity,
    other.id AS other_entity
FROM occasions
JOIN occasion_members ON occasion_members.occasion = occasions.id
JOIN meeting_participants AS takes_part ON takes_part.meeting = occasion_members.meeting
JOIN meeting_participants AS with_it ON with_it.meeting = occasion_members.meeting
JOIN entity_members AS is_one ON is_one.participant = takes_part.participant AND is_one.via = 'itself'
JOIN entity_members AS is_other ON is_other.participant = with_it.participant AND is_other.via = 'itself'
JOIN entities AS one ON one.id = is_one.entity
JOIN entities AS other ON other.id = is_other.entity
WHERE occasions.status IN ('held', 'ongoing') AND (one.name, one.id) < (other.name, other.id)
GROUP BY one.id, other.id;

CREATE VIEW meetings_by_month AS
SELECT
    substr(first_day, 1, 7) AS month,
    count(*) AS meetings,
    sum(status IN ('held', 'ongoing')) AS took_place,
    sum(status IN ('planned', 'proposed')) AS ahead,
    sum(status = 'unconfirmed') AS unconfirmed,
    sum(status IN ('cancelled', 'denied')) AS called_off_or_denied
FROM occasions
GROUP BY month;

CREATE VIEW claims_by_source AS
SELECT
    entities.name AS source,
    entities.kind AS kind,
    count(*) AS claims,
    count(DISTINCT claims.article) AS articles,
    sum(modality = 'asserted') AS asserted,
    sum(modality = 'denied') AS denied,
    sum(modality = 'unconfirmed') AS unconfirmed,
    sum(modality = 'forecast') AS forecast,
    sum(modality = 'intended') AS intended,
    sum(modality = 'demanded') AS demanded,
    entities.id AS entity
FROM claims
JOIN entity_members ON entity_members.participant = claims.source AND entity_members.via = 'itself'
JOIN entities ON entities.id = entity_members.entity
GROUP BY entities.id;

CREATE VIEW contradictions AS
SELECT
    'articles disagree' AS kind,
    conflicts.field AS about,
    occasions.title AS occasion,
    conflicts.value AS value,
    conflicts.quote AS words,
    meetings.article AS article,
    occasions.id || ' ' || conflicts.number AS contradiction
FROM conflicts
JOIN occasions ON occasions.id = conflicts.occasion
JOIN meetings ON meetings.id = conflicts.meeting
UNION ALL
SELECT
    'a source denies another', 'claim', occasions.title, entities.name || CASE side WHEN 1 THEN ' says' ELSE ' denies' END,
    claims.statement, claims.article, denials.id
FROM denials
JOIN (SELECT 1 AS side UNION ALL SELECT 2)
JOIN claims ON claims.id = CASE side WHEN 1 THEN denials.claim ELSE denials.denied_by END
JOIN entities ON entities.id = CASE side WHEN 1 THEN denials.source ELSE denials.denier END
LEFT JOIN occasions ON occasions.id = denials.occasion;
