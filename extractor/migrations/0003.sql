-- What the articles of a run were read for: 'meetings', or the name of a schema of one's own.
ALTER TABLE runs ADD COLUMN task TEXT NOT NULL DEFAULT 'meetings';
