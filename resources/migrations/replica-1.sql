-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE conversation (
    id TEXT PRIMARY KEY, agent TEXT NOT NULL, title TEXT NOT NULL, active INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX conversation_by_activity ON conversation (active DESC);
CREATE TABLE item (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL, position INTEGER NOT NULL, telling INTEGER NOT NULL, role INTEGER NOT NULL,
    agent TEXT NOT NULL DEFAULT '', status TEXT NOT NULL, gen INTEGER NOT NULL DEFAULT 0,
    length INTEGER NOT NULL DEFAULT 0, has_final INTEGER NOT NULL DEFAULT 0,
    final_length INTEGER NOT NULL DEFAULT 0, sha256 TEXT NOT NULL DEFAULT '', verdict INTEGER,
    detail TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL DEFAULT 0, finished INTEGER NOT NULL DEFAULT 0);
CREATE INDEX item_in_conversation ON item (conversation, position, id);
CREATE INDEX item_open ON item (id) WHERE verdict IS NULL;
CREATE INDEX item_working ON item (conversation) WHERE status = 'working';
CREATE TABLE part (
    item TEXT NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (item, start)) WITHOUT ROWID;
CREATE TABLE seam (
    item TEXT NOT NULL, offset INTEGER NOT NULL, lost INTEGER NOT NULL, resumed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX seam_of_item ON seam (item);
CREATE INDEX seam_open ON seam (item) WHERE resumed = 0;
CREATE TABLE command (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL, conversation TEXT NOT NULL, agent TEXT NOT NULL, title TEXT NOT NULL, text BLOB,
    written INTEGER NOT NULL, expires INTEGER NOT NULL, state INTEGER NOT NULL, error TEXT NOT NULL DEFAULT '');
CREATE INDEX command_waiting ON command (conversation) WHERE state <> 2;
CREATE INDEX command_shown ON command (conversation, position) WHERE text IS NOT NULL;
