-- A sender domain that is new to its receivers: at most `ceiling` mails in 24 hours, more each day that
-- it was used. `base` is what the domain had sent when the day began.
CREATE TABLE "warmup" (
  "domain" text PRIMARY KEY,
  "first" integer NOT NULL,
  "growth" double precision NOT NULL,
  "goal" integer NOT NULL,
  "ceiling" integer NOT NULL,
  "day" date NOT NULL,
  "base" bigint NOT NULL,
  "started_at" timestamptz NOT NULL DEFAULT now(),
  "ended_at" timestamptz
);

CREATE TABLE "warmup_day" (
  "domain" text NOT NULL,
  "day" date NOT NULL,
  "ceiling" integer NOT NULL,
  "sent" integer NOT NULL,
  PRIMARY KEY ("domain", "day")
);
