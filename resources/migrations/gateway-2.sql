-- SPDX-License-Identifier: Apache-2.0
-- Each start of a gateway names the events it writes: from which seq on, and its name.
CREATE TABLE lineage (from_seq INTEGER PRIMARY KEY, name TEXT NOT NULL);
