-- Suppressions are read by their time.
CREATE INDEX "suppression_at_hash_idx" ON "suppression"("at", "hash");

-- Handwritten
-- What came back of what had gone; it stays in "sent", which says what was accepted.
ALTER TABLE "run_counter" ADD COLUMN "bounced" integer NOT NULL DEFAULT 0,
  ADD COLUMN "complained" integer NOT NULL DEFAULT 0;

-- The statements of the send path count what they write. What comes later, row by row and seldom, is
-- counted here: a late word about an unknown outcome, a bounce, a complaint. What a person decides about
-- many at once ("decided") is counted by that statement.
CREATE FUNCTION count_afterwards() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was_unknown int := (OLD.state = 'unknown')::int;
  came_back int := (NEW.state IN ('bounced', 'complained'))::int;
  is_bounced int := (NEW.state = 'bounced')::int - (OLD.state = 'bounced')::int;
  is_complained int := (NEW.state = 'complained')::int - (OLD.state = 'complained')::int;
BEGIN
  INSERT INTO run_counter AS k (run, epoch, lane, sent, unknown, bounced, complained)
  VALUES (NEW.run, 0, -4, was_unknown * came_back, -was_unknown, is_bounced, is_complained)
  ON CONFLICT (run, epoch, lane) DO UPDATE
    SET sent = k.sent + excluded.sent, unknown = k.unknown + excluded.unknown,
        bounced = k.bounced + excluded.bounced, complained = k.complained + excluded.complained;
  RETURN NULL;
END $$;
CREATE TRIGGER delivery_counted_afterwards AFTER UPDATE OF "state" ON "delivery" FOR EACH ROW
  WHEN (OLD.state = 'unknown' AND NEW.state IN ('sent', 'failed', 'deferred', 'unknown') AND NEW.reason IS DISTINCT FROM 'decided'
        OR NEW.state IN ('bounced', 'complained') AND NEW.state <> OLD.state)
  EXECUTE FUNCTION count_afterwards();

-- Counters of runs from before follow their deliveries once.
INSERT INTO "run_counter" AS k ("run", "epoch", "lane", "sent", "failed", "unknown", "skipped", "cancelled", "bounced", "complained")
SELECT d.run, 0, -5, d.sent - coalesce(c.sent, 0), d.failed - coalesce(c.failed, 0), d.unknown - coalesce(c.unknown, 0),
       d.skipped - coalesce(c.skipped, 0), d.cancelled - coalesce(c.cancelled, 0), d.bounced, d.complained
  FROM (SELECT run, sum(n) FILTER (WHERE state IN ('sent', 'bounced', 'complained')) AS sent,
               sum(n) FILTER (WHERE state = 'failed') AS failed, sum(n) FILTER (WHERE state = 'unknown') AS unknown,
               sum(n) FILTER (WHERE state = 'skipped') AS skipped, sum(n) FILTER (WHERE state = 'cancelled') AS cancelled,
               sum(n) FILTER (WHERE state = 'bounced') AS bounced, sum(n) FILTER (WHERE state = 'complained') AS complained
          FROM (SELECT run, state, count(*) AS n FROM delivery GROUP BY 1, 2) AS by_state GROUP BY run) AS raw
  CROSS JOIN LATERAL (SELECT raw.run AS run, coalesce(raw.sent, 0) AS sent, coalesce(raw.failed, 0) AS failed,
               coalesce(raw.unknown, 0) AS unknown, coalesce(raw.skipped, 0) AS skipped, coalesce(raw.cancelled, 0) AS cancelled,
               coalesce(raw.bounced, 0) AS bounced, coalesce(raw.complained, 0) AS complained) AS d
  LEFT JOIN (SELECT run, sum(sent) AS sent, sum(failed) AS failed, sum(unknown) AS unknown, sum(skipped) AS skipped,
                    sum(cancelled) AS cancelled FROM run_counter GROUP BY run) AS c ON c.run = d.run
 WHERE (d.sent, d.failed, d.unknown, d.skipped, d.cancelled, d.bounced, d.complained) IS DISTINCT FROM
       (c.sent, c.failed, c.unknown, c.skipped, c.cancelled, 0::bigint, 0::bigint);

-- What a large run's deliveries and visits come to, counted at a moment: a page reads this instead of them.
CREATE TABLE "run_digest" (
  "run" bigint PRIMARY KEY,
  "at" timestamptz NOT NULL,
  -- How long counting took; the next one waits accordingly.
  "took_ms" integer NOT NULL,
  -- Somebody opened or clicked since.
  "stale" boolean NOT NULL DEFAULT false,
  "figures" jsonb NOT NULL
);

-- How far a large run was at moments while it went, for its rate.
CREATE TABLE "run_pace" (
  "run" bigint NOT NULL,
  "at" timestamptz NOT NULL,
  "handled" integer NOT NULL,
  PRIMARY KEY ("run", "at")
);

-- The visits of a link are counted from the index alone.
DROP INDEX "touch_link_idx";
CREATE INDEX "touch_click_idx" ON "touch" ("link_id", "history_id", "machine") WHERE "kind" = 'click';
