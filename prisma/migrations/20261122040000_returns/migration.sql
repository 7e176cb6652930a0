-- What came in, as it came, before anything was done about it. The same bytes from the same source are
-- one row. Bodies are dropped some weeks after they were applied.
CREATE TABLE "return_inbox" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "source" text NOT NULL,
  "key" text NOT NULL,
  "envelope_to" text[] NOT NULL DEFAULT '{}',
  "body" bytea,
  "at" timestamptz NOT NULL DEFAULT now(),
  "applied_at" timestamptz,
  "attempts" smallint NOT NULL DEFAULT 0,
  "due_at" timestamptz NOT NULL DEFAULT now(),
  "trouble" text,
  UNIQUE ("source", "key")
);
CREATE INDEX "return_inbox_open_idx" ON "return_inbox" ("due_at") WHERE "applied_at" IS NULL;

-- What each said about one recipient, and what was done about it. Names no address, only its hash.
CREATE TABLE "mail_return" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "inbox" bigint NOT NULL,
  "source" text NOT NULL,
  "key" text NOT NULL,
  "kind" text NOT NULL,
  "reason" text NOT NULL,
  "status" text NOT NULL DEFAULT '',
  "hard" boolean NOT NULL DEFAULT false,
  "run" bigint,
  "seq" integer,
  "address_hash" uuid,
  "recipient_domain" text,
  "found_by" text,
  "effect" text NOT NULL,
  "at" timestamptz NOT NULL DEFAULT now(),
  UNIQUE ("source", "key")
);
CREATE INDEX "mail_return_address_idx" ON "mail_return" ("address_hash", "at");
CREATE INDEX "mail_return_run_idx" ON "mail_return" ("run", "seq");

-- Addresses that a server refused for good while we were sending, by run.
CREATE INDEX "suppression_hardbounce_idx" ON "suppression" ("source") WHERE "reason" = 'hardbounce';
