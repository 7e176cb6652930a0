-- Where a link leads now, when that is not what its message says; `url` stays what was written, so that
-- later runs of the message find the same code.
ALTER TABLE "link" ADD COLUMN "target" text;
ALTER TABLE "link" ADD COLUMN "history_id" bigint;

-- Every re-pointing of a link. A visit names the one that was in force; none before the first.
CREATE TABLE "link_history" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "link_id" bigint NOT NULL REFERENCES "link" ("id"),
  "before" text NOT NULL,
  "after" text NOT NULL,
  "actor" text NOT NULL,
  "at" timestamptz NOT NULL DEFAULT now(),
  "undoes" bigint UNIQUE REFERENCES "link_history" ("id")
);
CREATE INDEX "link_history_link_idx" ON "link_history" ("link_id", "id");
CREATE TRIGGER link_history_is_append_only BEFORE UPDATE OR DELETE ON "link_history"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_history_is_never_emptied BEFORE TRUNCATE ON "link_history"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE "touch" ADD COLUMN "history_id" bigint;
CREATE INDEX "touch_link_idx" ON "touch" ("link_id", "history_id") WHERE "link_id" IS NOT NULL;
