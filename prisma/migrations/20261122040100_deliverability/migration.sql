-- A sender domain whose mails draw too many complaints or hard bounces. `paused` are the runs that it
-- stopped, each once: who lets one go on after that has decided.
CREATE TABLE "deliverability_alarm" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "sender_domain" text NOT NULL,
  "kind" text NOT NULL,
  "level" text NOT NULL,
  "count" integer NOT NULL,
  "sent" integer NOT NULL,
  "paused" bigint[] NOT NULL DEFAULT '{}',
  "raised_at" timestamptz NOT NULL DEFAULT now(),
  "ended_at" timestamptz
);
CREATE UNIQUE INDEX "deliverability_alarm_open_key" ON "deliverability_alarm" ("sender_domain", "kind")
  WHERE "ended_at" IS NULL;
