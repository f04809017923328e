-- SPDX-License-Identifier: Apache-2.0
-- Which start of a gateway owns an open run: its lineage. Nobody else may write to it.
ALTER TABLE item ADD COLUMN lease TEXT NOT NULL DEFAULT '';
-- What was said of a message before it came: 0 stop, 1 withdraw.
CREATE TABLE foretold (message TEXT PRIMARY KEY, what INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
