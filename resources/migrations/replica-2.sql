-- SPDX-License-Identifier: Apache-2.0
-- What the gateway said of texts that are still open here: so long, and this hash.
CREATE TABLE checkpoint (
    item TEXT NOT NULL, length INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (item, length)) WITHOUT ROWID;
-- What the agent knows in a conversation: the last value of each key.
CREATE TABLE state (
    conversation TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (conversation, key)) WITHOUT ROWID;
-- The telling of the log that was the last to come to its end: what older ones named and it did not is only here.
INSERT INTO meta (key, value) SELECT 'told', value FROM meta WHERE key = 'telling';
