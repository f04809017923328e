-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE command ADD COLUMN priority INTEGER NOT NULL DEFAULT 2;
ALTER TABLE command ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE command ADD COLUMN after TEXT NOT NULL DEFAULT '';
UPDATE command SET priority = 0 WHERE name = 'stop';
DELETE FROM command WHERE state = 3 AND name <> 'send';
