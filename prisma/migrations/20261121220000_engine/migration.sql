-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "contact_kind" AS ENUM ('individual', 'corporate', 'society', 'celebrity', 'foundation', 'local_body', 'department', 'endowment', 'agency');

-- CreateEnum
CREATE TYPE "late_policy" AS ENUM ('send', 'skip', 'ask');

-- CreateEnum
CREATE TYPE "unknown_policy" AS ENUM ('leave', 'again');

-- CreateEnum
CREATE TYPE "run_state" AS ENUM ('draft', 'planned', 'freezing', 'running', 'paused', 'finished', 'cancelled', 'late', 'asked');

-- CreateEnum
CREATE TYPE "notice_state" AS ENUM ('waiting', 'sending', 'sent', 'failed', 'unknown', 'suppressed');

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "origin" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "contact" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT,
    "kind" "contact_kind" NOT NULL DEFAULT 'individual',
    "district" TEXT,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address" (
    "id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "verified_at" TIMESTAMPTZ(3),

    CONSTRAINT "address_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent" (
    "contact_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "given" BOOLEAN NOT NULL,
    "basis" TEXT NOT NULL,
    "proof" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consent_pkey" PRIMARY KEY ("contact_id","channel","purpose")
);

-- CreateTable
CREATE TABLE "consent_event" (
    "id" BIGSERIAL NOT NULL,
    "contact_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "given" BOOLEAN NOT NULL,
    "basis" TEXT NOT NULL,
    "proof" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consent_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "list" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "list_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "list_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("list_id","contact_id")
);

-- CreateTable
CREATE TABLE "suppression" (
    "channel" TEXT NOT NULL,
    "hash" UUID NOT NULL,
    "value" TEXT,
    "reason" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "suppression_pkey" PRIMARY KEY ("channel","hash")
);

-- CreateTable
CREATE TABLE "contact_import" (
    "id" UUID NOT NULL,
    "file_hash" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "row_no" BIGINT NOT NULL DEFAULT 0,
    "figures" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "domains" TEXT[],
    "priority" INTEGER NOT NULL DEFAULT 100,
    "settings" JSONB NOT NULL,
    "secret" BYTEA,
    "per_second" INTEGER,
    "per_hour" INTEGER,
    "per_day" INTEGER,
    "connections" INTEGER NOT NULL DEFAULT 20,
    "rests_until" TIMESTAMPTZ(3),
    "trouble" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "goal" TEXT,
    "owner_id" UUID,
    "starts_on" DATE,
    "ends_on" DATE,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "campaign_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "channel" TEXT NOT NULL DEFAULT 'email',
    "name" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "from_name" TEXT NOT NULL,
    "from_address" TEXT NOT NULL,
    "reply_to" TEXT,
    "audience" JSONB NOT NULL,
    "schedule" JSONB,
    "window" JSONB,
    "late_policy" "late_policy" NOT NULL DEFAULT 'ask',
    "late_after_sec" INTEGER NOT NULL DEFAULT 900,
    "unknown_policy" "unknown_policy" NOT NULL DEFAULT 'leave',
    "open_pixel" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL DEFAULT 0,
    "edited_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_version" (
    "message_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "language" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "preheader" TEXT NOT NULL DEFAULT '',
    "source" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_version_pkey" PRIMARY KEY ("message_id","version","language")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "reference" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" BIGSERIAL NOT NULL,
    "message_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "channel" TEXT NOT NULL DEFAULT 'email',
    "purpose" TEXT NOT NULL,
    "sender_domain" TEXT NOT NULL,
    "unknown_policy" "unknown_policy" NOT NULL DEFAULT 'leave',
    "state" "run_state" NOT NULL DEFAULT 'planned',
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "total" INTEGER NOT NULL DEFAULT 0,
    "reason" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_content" (
    "run_id" BIGINT NOT NULL,
    "language" TEXT NOT NULL,
    "mail" JSONB NOT NULL,

    CONSTRAINT "run_content_pkey" PRIMARY KEY ("run_id","language")
);

-- CreateTable
CREATE TABLE "hold" (
    "id" BIGSERIAL NOT NULL,
    "reason" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until_at" TIMESTAMPTZ(3),
    "lifted_at" TIMESTAMPTZ(3),
    "made_by" TEXT NOT NULL,

    CONSTRAINT "hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "from_name" TEXT NOT NULL,
    "from_address" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 100,
    "state" "notice_state" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "epoch" BIGINT,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "code" INTEGER,
    "reply" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "link" (
    "id" BIGSERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "message_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "event" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker" (
    "epoch" BIGSERIAL NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "end" TEXT,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("epoch")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "audit_entry_subject_type_subject_id_id_idx" ON "audit_entry"("subject_type", "subject_id", "id");

-- CreateIndex
CREATE INDEX "address_channel_value_idx" ON "address"("channel", "value");

-- CreateIndex
CREATE UNIQUE INDEX "address_contact_id_channel_value_key" ON "address"("contact_id", "channel", "value");

-- CreateIndex
CREATE INDEX "consent_event_contact_id_idx" ON "consent_event"("contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "list_name_key" ON "list"("name");

-- CreateIndex
CREATE INDEX "membership_contact_id_idx" ON "membership"("contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "contact_import_file_hash_options_key" ON "contact_import"("file_hash", "options");

-- CreateIndex
CREATE UNIQUE INDEX "account_name_key" ON "account"("name");

-- CreateIndex
CREATE UNIQUE INDEX "approval_message_id_revision_key" ON "approval"("message_id", "revision");

-- CreateIndex
CREATE INDEX "run_state_idx" ON "run"("state");

-- CreateIndex
CREATE UNIQUE INDEX "run_message_id_due_at_key" ON "run"("message_id", "due_at");

-- CreateIndex
CREATE INDEX "notice_state_due_at_idx" ON "notice"("state", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "link_code_key" ON "link"("code");

-- CreateIndex
CREATE UNIQUE INDEX "link_message_id_url_key" ON "link"("message_id", "url");

-- AddForeignKey
ALTER TABLE "address" ADD CONSTRAINT "address_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_list_id_fkey" FOREIGN KEY ("list_id") REFERENCES "list"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_content" ADD CONSTRAINT "run_content_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------------------------------------
-- Handwritten: the hot path, append-only logs, what Prisma cannot say
-- ---------------------------------------------------------------------------------------------

-- An address is compared by this hash: unique in a run, kept in suppressions after an erasure.
CREATE FUNCTION address_hash(channel text, value text) RETURNS uuid
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN encode(substring(sha256(convert_to(channel || ':' || value, 'UTF8')) FOR 16), 'hex')::uuid;

ALTER TABLE "address" ADD COLUMN "hash" uuid NOT NULL GENERATED ALWAYS AS (address_hash(channel, value)) STORED;
CREATE INDEX "address_hash_idx" ON "address" ("hash");

CREATE FUNCTION keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO consent_event (contact_id, channel, purpose, given, basis, proof, at)
  VALUES (NEW.contact_id, NEW.channel, NEW.purpose, NEW.given, NEW.basis, NEW.proof, NEW.at);
  RETURN NULL;
END $$;
CREATE TRIGGER consent_kept AFTER INSERT OR UPDATE ON "consent" FOR EACH ROW EXECUTE FUNCTION keep_consent();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON "audit_entry"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON "audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One row per recipient of a run. No index may name state, not even in a predicate: it would end
-- HOT updates. Nothing has a foreign key to it.
CREATE TYPE "delivery_state" AS ENUM (
  'planned', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'skipped', 'cancelled', 'bounced', 'complained');

CREATE TABLE "delivery" (
  "run" bigint NOT NULL,
  "seq" integer NOT NULL,
  "contact_id" uuid NOT NULL,
  "address_hash" uuid NOT NULL,
  "language" text NOT NULL,
  "state" delivery_state NOT NULL DEFAULT 'planned',
  "attempts" smallint NOT NULL DEFAULT 0,
  "code" smallint,
  "epoch" bigint,
  "at" timestamptz,
  "reason" text,
  "reply" text,
  PRIMARY KEY ("run", "seq"),
  UNIQUE ("run", "address_hash")
) PARTITION BY RANGE ("run");

-- Runs come in blocks of 100 to a partition. A function of the owner, because the application's
-- role owns no table. The new table is made alone and attached, so that no send waits for it.
CREATE FUNCTION ensure_delivery_partition(run_number bigint) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  first bigint := run_number / 100 * 100;
  part text := format('delivery_%s', first);
BEGIN
  IF to_regclass('public.' || part) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(7301978);
  IF to_regclass('public.' || part) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.delivery INCLUDING DEFAULTS) WITH (fillfactor = 70)', part);
  EXECUTE format('ALTER TABLE public.%I ADD PRIMARY KEY (run, seq), ADD UNIQUE (run, address_hash)', part);
  EXECUTE format('ALTER TABLE public.delivery ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
    part, first, first + 100);
END $$;

-- When a deferred delivery may be tried again.
CREATE TABLE "delivery_due" (
  "run" bigint NOT NULL,
  "seq" integer NOT NULL,
  "due_at" timestamptz NOT NULL,
  PRIMARY KEY ("run", "seq")
);
CREATE INDEX "delivery_due_at_idx" ON "delivery_due" ("due_at");

-- The pieces in which a run is worked off, and which sender has each in hand.
CREATE TABLE "run_range" (
  "run" bigint NOT NULL,
  "first" integer NOT NULL,
  "last" integer NOT NULL,
  "epoch" bigint,
  "takes" integer NOT NULL DEFAULT 0,
  "queued_at" timestamptz,
  "done_at" timestamptz,
  PRIMARY KEY ("run", "first")
);
CREATE INDEX "run_range_open_idx" ON "run_range" ("run") WHERE "done_at" IS NULL;

-- Counters per run, sender and lane, so that no two statements wait for one row.
CREATE TABLE "run_counter" (
  "run" bigint NOT NULL,
  "epoch" bigint NOT NULL,
  "lane" smallint NOT NULL,
  "sent" integer NOT NULL DEFAULT 0,
  "failed" integer NOT NULL DEFAULT 0,
  "unknown" integer NOT NULL DEFAULT 0,
  "skipped" integer NOT NULL DEFAULT 0,
  "cancelled" integer NOT NULL DEFAULT 0,
  PRIMARY KEY ("run", "epoch", "lane")
) WITH (fillfactor = 50);

-- Who was left out when the audience was frozen, and why.
CREATE TABLE "run_left_out" (
  "run" bigint NOT NULL,
  "contact_id" uuid NOT NULL,
  "reason" text NOT NULL,
  PRIMARY KEY ("run", "contact_id")
);

-- Permission to send, taken in small batches: what was granted in any window never exceeds the limit.
CREATE TABLE "rate_grant" (
  "key" text NOT NULL,
  "at" timestamptz NOT NULL,
  "n" integer NOT NULL
);
CREATE INDEX "rate_grant_key_at_idx" ON "rate_grant" ("key", "at");

-- Recipient domains that asked us to slow down.
CREATE TABLE "domain_pause" (
  "domain" text PRIMARY KEY,
  "until_at" timestamptz NOT NULL,
  "level" smallint NOT NULL DEFAULT 1,
  "reply" text
);

-- One visit through a link, one opening of a mail.
CREATE TABLE "touch" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "kind" text NOT NULL,
  "link_id" bigint,
  "run" bigint,
  "seq" integer,
  "at" timestamptz NOT NULL DEFAULT now(),
  "agent" text,
  "machine" boolean NOT NULL DEFAULT false
);
CREATE INDEX "touch_run_idx" ON "touch" ("run", "seq");

