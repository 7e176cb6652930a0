-- Outbound webhooks. What they tell is read from the ledger, the touches, the consents and the returns
-- behind marks of their own: the send path writes nothing for them.
CREATE TABLE "webhook_endpoint" (
  "id" uuid PRIMARY KEY,
  "url" text NOT NULL,
  "description" text NOT NULL DEFAULT '',
  "events" text[] NOT NULL,
  "secrets" bytea NOT NULL,
  "made_by" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  -- What happened before is not told.
  "since" timestamptz NOT NULL DEFAULT now(),
  -- The last id that was read of each source.
  "marks" jsonb NOT NULL DEFAULT '{}',
  "leased_until" timestamptz,
  "failures" integer NOT NULL DEFAULT 0,
  "failing_since" timestamptz,
  "rests_until" timestamptz,
  "disabled_at" timestamptz,
  "disabled_reason" text
);

-- One request to be made: a batch of events of one type.
CREATE TABLE "webhook_message" (
  "id" uuid PRIMARY KEY,
  "endpoint_id" uuid NOT NULL REFERENCES "webhook_endpoint" ("id") ON DELETE CASCADE,
  "type" text NOT NULL,
  "events" integer NOT NULL,
  "body" text,
  "state" text NOT NULL DEFAULT 'waiting' CHECK ("state" IN ('waiting', 'sending', 'delivered', 'failed')),
  "attempts" integer NOT NULL DEFAULT 0,
  "due_at" timestamptz NOT NULL DEFAULT now(),
  "leased_until" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "ended_at" timestamptz
);
CREATE INDEX "webhook_message_open_idx" ON "webhook_message" ("endpoint_id", "due_at")
  WHERE "state" IN ('waiting', 'sending');
CREATE INDEX "webhook_message_endpoint_idx" ON "webhook_message" ("endpoint_id", "id");

CREATE TABLE "webhook_attempt" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "message_id" uuid NOT NULL REFERENCES "webhook_message" ("id") ON DELETE CASCADE,
  "endpoint_id" uuid NOT NULL,
  "at" timestamptz NOT NULL DEFAULT now(),
  "status" integer,
  "ms" integer NOT NULL,
  "trouble" text,
  "excerpt" text
);
CREATE INDEX "webhook_attempt_message_idx" ON "webhook_attempt" ("message_id");
CREATE INDEX "webhook_attempt_endpoint_idx" ON "webhook_attempt" ("endpoint_id", "id");

-- How far the ledger was read for an endpoint: pieces of a run, runs that are read to their end, and
-- deliveries whose outcome was still to come.
CREATE TABLE "webhook_range" (
  "endpoint_id" uuid NOT NULL REFERENCES "webhook_endpoint" ("id") ON DELETE CASCADE,
  "run" bigint NOT NULL,
  "first" integer NOT NULL,
  PRIMARY KEY ("endpoint_id", "run", "first")
);
CREATE TABLE "webhook_run" (
  "endpoint_id" uuid NOT NULL REFERENCES "webhook_endpoint" ("id") ON DELETE CASCADE,
  "run" bigint NOT NULL,
  PRIMARY KEY ("endpoint_id", "run")
);
CREATE TABLE "webhook_late" (
  "endpoint_id" uuid NOT NULL REFERENCES "webhook_endpoint" ("id") ON DELETE CASCADE,
  "run" bigint NOT NULL,
  "seq" integer NOT NULL,
  "since" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("endpoint_id", "run", "seq")
);
