-- Whom a large run writes to first: percent or count, how long it then waits, from which audience on.
-- Null is the usual canary, false is none.
ALTER TABLE "message" ADD COLUMN "canary" jsonb;

-- The highest sequence number that may leave; null is all. The claim asks for it.
ALTER TABLE "run" ADD COLUMN "released_seq" integer;

CREATE TYPE "canary_state" AS ENUM ('sending', 'waiting', 'stopped', 'released');

-- The canary of a run: its deliveries are those up to `size`.
CREATE TABLE "run_canary" (
  "run" bigint PRIMARY KEY REFERENCES "run" ("id") ON DELETE CASCADE,
  "size" integer NOT NULL,
  "wait_seconds" integer NOT NULL,
  "state" canary_state NOT NULL DEFAULT 'sending',
  "until_at" timestamptz,
  "ended_at" timestamptz,
  "ended_by" text,
  "reason" text
);
