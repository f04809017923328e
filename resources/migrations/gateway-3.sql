-- SPDX-License-Identifier: Apache-2.0
-- Compaction: the conversation an event belongs to, and its slot: a later event of the same slot takes its place.
ALTER TABLE event ADD COLUMN conversation TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN slot TEXT;
UPDATE event SET conversation = COALESCE(json_extract(json, '$.conversation'),
    (SELECT conversation FROM item WHERE item.id = json_extract(event.json, '$.item')), '');
DELETE FROM event WHERE json_extract(json, '$.type') = 'CHECKPOINT'
    AND EXISTS (SELECT 1 FROM item WHERE item.id = json_extract(event.json, '$.item') AND is_final = 1)
    AND seq < (SELECT MAX(seq) FROM event);
UPDATE event SET slot = 'checkpoint ' || json_extract(json, '$.item') WHERE json_extract(json, '$.type') = 'CHECKPOINT';
CREATE INDEX event_of_conversation ON event (conversation, seq);
CREATE INDEX event_in_slot ON event (slot, seq) WHERE slot IS NOT NULL;
-- When it was deleted; its row stays, so that no late command brings it back.
ALTER TABLE conversation ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
-- Of the whole text, as its terminal event says.
ALTER TABLE item ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
UPDATE item SET sha256 = COALESCE((SELECT json_extract(json, '$.sha256') FROM event
    WHERE event.conversation = item.conversation AND json_extract(event.json, '$.item') = item.id
    AND json_extract(event.json, '$.type') IN ('USER_MESSAGE', 'RUN_FINISHED')), '') WHERE is_final = 1;
-- When it was given, as the first compaction behind it says; 0 before.
ALTER TABLE command ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX command_by_age ON command (at);
