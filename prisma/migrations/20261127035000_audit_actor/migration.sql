-- The audit log is searched by a part of who it was; without this a rare actor costs a look at every entry.
CREATE INDEX "audit_entry_actor" ON "audit_entry" USING gin (lower("actor") gin_trgm_ops);
