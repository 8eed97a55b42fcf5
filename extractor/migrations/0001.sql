-- The ledger of a run. Times are UTC in ISO 8601, money is US dollars, JSON is text.

CREATE TABLE runs (                     -- one row each time `extractor run` is called on this folder
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    ended TEXT,                         -- null while it runs, and for ever after a crash
    ending TEXT,                        -- 'finished', or why it stopped
    library TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,               -- fingerprint of prompt and schema
    settings TEXT NOT NULL,             -- JSON, without the key
    inputs INTEGER                      -- articles that were given; null until all were counted
) STRICT;

CREATE TABLE articles (                 -- what became of each article, by where it was read
    path TEXT PRIMARY KEY,
    article_id TEXT NOT NULL,
    key TEXT NOT NULL,                  -- SHA-256 of the article and all that decides what is asked about it
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'refused', 'truncated', 'skipped', 'duplicate')),
    cause TEXT,                         -- class of the error, or why the article was skipped
    message TEXT,
    duplicate_of TEXT,                  -- path of the article that is the same, or nearly so
    similarity REAL,                    -- to it, where the article is nearly the same; null where it has the same key
    extraction TEXT,                    -- JSON, as schemas/extraction.schema.json
    failure TEXT,                       -- JSON
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost REAL,                          -- null where a request that may have been billed has no known cost
    seconds REAL NOT NULL,              -- of its requests together
    run INTEGER NOT NULL REFERENCES runs (id),
    finished TEXT NOT NULL
) STRICT;
CREATE INDEX articles_by_key ON articles (key, outcome);
CREATE INDEX articles_by_outcome ON articles (outcome);

CREATE TABLE inputs (                   -- where a run found articles, read anew or left alone
    path TEXT PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) -- the last run that found it
) STRICT, WITHOUT ROWID;

CREATE TABLE replies (                  -- every answer of a model, as it came, before anything is read in it
    request TEXT NOT NULL,              -- SHA-256 of the request's body
    endpoint TEXT NOT NULL,             -- provider and base URL: another one gives another answer
    headers TEXT NOT NULL,              -- JSON
    body TEXT NOT NULL,                 -- JSON, or the text where it is none
    attempts TEXT NOT NULL,             -- JSON: the requests that it took
    is_served INTEGER NOT NULL DEFAULT 1, -- 0 where its article failed: it is asked again rather than served
    received TEXT NOT NULL,
    PRIMARY KEY (request, endpoint)
) STRICT;

CREATE TABLE attempts (                 -- the ledger: every request that was sent
    id INTEGER PRIMARY KEY,
    run INTEGER REFERENCES runs (id),
    request TEXT NOT NULL,
    label TEXT NOT NULL,                -- id of the article
    sent TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'answered', 'lost')), -- a 'sent' of a dead run may have been billed
    status INTEGER,
    seconds REAL,
    input_tokens INTEGER,
    cached_tokens INTEGER,
    output_tokens INTEGER,
    cost REAL,
    request_id TEXT,
    error TEXT,
    batch TEXT,                         -- the row of `batches` that it goes out with; null where it was sent by itself
    fault TEXT                          -- JSON: what a batch brought back in the place of a reply
) STRICT;
CREATE INDEX attempts_by_label ON attempts (label);
CREATE INDEX attempts_by_batch ON attempts (batch, request) WHERE batch IS NOT NULL;
CREATE INDEX attempts_in_batches ON attempts (request) WHERE batch IS NOT NULL;

CREATE TABLE batches (                  -- batches of a provider's batch service, written down before they are sent
    id TEXT PRIMARY KEY,                -- ours, in the batch's metadata and in the name of its file of requests
    run INTEGER NOT NULL REFERENCES runs (id),
    state TEXT NOT NULL CHECK (state IN ('intended', 'submitted', 'collected', 'abandoned')),
    requests INTEGER NOT NULL,          -- how many it has; each is a row of `attempts`
    most_cost REAL NOT NULL,            -- what it may cost, as it was estimated; 0 where no budget is kept
    file_id TEXT,                       -- the provider's, once the requests are uploaded
    batch_id TEXT,                      -- the provider's, once it is submitted
    created TEXT NOT NULL
) STRICT;

CREATE TABLE merged (                   -- the folders that this one is a merge of; empty where runs alone wrote it
    source TEXT PRIMARY KEY,            -- the folder's path
    run INTEGER NOT NULL REFERENCES runs (id) -- the row of `runs` that stands for the merge
) STRICT;
