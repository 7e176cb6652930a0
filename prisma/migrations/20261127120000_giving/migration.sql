-- CreateTable
CREATE TABLE "gateway_account" (
    "id" UUID NOT NULL,
    "stream" TEXT NOT NULL,
    "vendor" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "secret" BYTEA NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),
    "heard_at" TIMESTAMPTZ(3),

    CONSTRAINT "gateway_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "donor" (
    "id" UUID NOT NULL,
    "contact_id" UUID,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "address" TEXT,
    "language" TEXT NOT NULL DEFAULT 'en',
    "identity" BYTEA,
    "identity_index" BYTEA,
    "source" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "donor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gift_order" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "stream" TEXT NOT NULL,
    "receipt" TEXT NOT NULL,
    "gateway_id" TEXT,
    "qr_id" TEXT,
    "amount" BIGINT NOT NULL,
    "fund" TEXT NOT NULL,
    "donor_id" UUID NOT NULL,
    "form_key" TEXT NOT NULL,
    "language" TEXT NOT NULL DEFAULT 'en',
    "anonymous" BOOLEAN NOT NULL DEFAULT false,
    "message" TEXT,
    "dedication" JSONB,
    "touch" TEXT,
    "consents" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "asked_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "gift_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "order_id" UUID,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "last4" TEXT,
    "network" TEXT,
    "bank_reference" TEXT,
    "international" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "authorised_at" TIMESTAMPTZ(3),
    "captured_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "failure" JSONB,
    "fee" BIGINT,
    "tax" BIGINT,
    "refunded" BIGINT NOT NULL DEFAULT 0,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" UUID NOT NULL,
    "payment_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "gateway_id" TEXT,
    "amount" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "asked_by" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "processed_at" TIMESTAMPTZ(3),

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "donation" (
    "id" UUID NOT NULL,
    "stream" TEXT NOT NULL,
    "fund" TEXT NOT NULL,
    "donor_id" UUID NOT NULL,
    "payment_id" TEXT,
    "amount" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL DEFAULT 0,
    "mode" TEXT NOT NULL,
    "reference" TEXT,
    "given_on" DATE NOT NULL,
    "anonymous" BOOLEAN NOT NULL DEFAULT false,
    "message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "donation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt_series" (
    "stream" TEXT NOT NULL,
    "year" TEXT NOT NULL,
    "last" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "receipt_series_pkey" PRIMARY KEY ("stream","year")
);

-- CreateTable
CREATE TABLE "receipt" (
    "id" UUID NOT NULL,
    "stream" TEXT NOT NULL,
    "year" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "donation_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "words" BYTEA NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_inbox" (
    "id" BIGSERIAL NOT NULL,
    "account_id" UUID NOT NULL,
    "event_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "told" JSONB NOT NULL,
    "body" BYTEA,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "trouble" TEXT,

    CONSTRAINT "webhook_inbox_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "donor_contact_id_idx" ON "donor"("contact_id");

-- CreateIndex
CREATE INDEX "donor_email_idx" ON "donor"("email");

-- CreateIndex
CREATE INDEX "donor_identity_index_idx" ON "donor"("identity_index");

-- CreateIndex
CREATE UNIQUE INDEX "gift_order_receipt_key" ON "gift_order"("receipt");

-- CreateIndex
CREATE UNIQUE INDEX "gift_order_gateway_id_key" ON "gift_order"("gateway_id");

-- CreateIndex
CREATE UNIQUE INDEX "gift_order_qr_id_key" ON "gift_order"("qr_id");

-- CreateIndex
CREATE UNIQUE INDEX "gift_order_form_key_key" ON "gift_order"("form_key");

-- CreateIndex
CREATE INDEX "gift_order_created_at_idx" ON "gift_order"("created_at");

-- CreateIndex
CREATE INDEX "gift_order_donor_id_idx" ON "gift_order"("donor_id");

-- CreateIndex
CREATE INDEX "payment_order_id_idx" ON "payment"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "refund_key_key" ON "refund"("key");

-- CreateIndex
CREATE UNIQUE INDEX "refund_gateway_id_key" ON "refund"("gateway_id");

-- CreateIndex
CREATE INDEX "refund_payment_id_idx" ON "refund"("payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_payment_id_key" ON "donation"("payment_id");

-- CreateIndex
CREATE INDEX "donation_fund_created_at_idx" ON "donation"("fund", "created_at");

-- CreateIndex
CREATE INDEX "donation_given_on_idx" ON "donation"("given_on");

-- CreateIndex
CREATE INDEX "donation_donor_id_idx" ON "donation"("donor_id");

-- CreateIndex
CREATE INDEX "receipt_donation_id_idx" ON "receipt"("donation_id");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_stream_year_number_key" ON "receipt"("stream", "year", "number");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_inbox_account_id_event_id_key" ON "webhook_inbox"("account_id", "event_id");

-- AddForeignKey
ALTER TABLE "donor" ADD CONSTRAINT "donor_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_donor_id_fkey" FOREIGN KEY ("donor_id") REFERENCES "donor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "gift_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_donor_id_fkey" FOREIGN KEY ("donor_id") REFERENCES "donor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_donation_id_fkey" FOREIGN KEY ("donation_id") REFERENCES "donation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Handwritten
ALTER TABLE "gateway_account" ADD CONSTRAINT "gateway_account_stream" CHECK ("stream" IN ('domestic', 'fcra'));
-- One account takes the gifts of a stream.
CREATE UNIQUE INDEX "gateway_account_stream_idx" ON "gateway_account" ("stream") WHERE "retired_at" IS NULL;
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_amount" CHECK ("amount" >= 100);
ALTER TABLE "payment" ADD CONSTRAINT "payment_facts" CHECK (
  "amount" > 0 AND "refunded" BETWEEN 0 AND "amount" AND "fee" >= 0 AND "tax" BETWEEN 0 AND "fee");
ALTER TABLE "donation" ADD CONSTRAINT "donation_amount" CHECK ("amount" > 0 AND "refunded" BETWEEN 0 AND "amount");
ALTER TABLE "refund" ADD CONSTRAINT "refund_amount" CHECK ("amount" > 0);
-- Orders somebody may still pay, by when the gateway was last asked.
CREATE INDEX "gift_order_open_idx" ON "gift_order" ("asked_at" NULLS FIRST) WHERE "paid_at" IS NULL;
CREATE INDEX "webhook_inbox_waiting_idx" ON "webhook_inbox" ("next_at") WHERE "applied_at" IS NULL;
-- One receipt of a gift is good at a time.
CREATE UNIQUE INDEX "receipt_good_idx" ON "receipt" ("donation_id") WHERE "cancelled_at" IS NULL;

-- The books. Amounts are paise; a debit is positive, a credit negative.
CREATE TABLE "ledger_account" (
  -- clearing.domestic, bank.fcra, fund.general.domestic, fund.project.ID.domestic, fee.mission, suspense.domestic …
  "code" text PRIMARY KEY,
  "kind" text NOT NULL CHECK ("kind" IN ('asset', 'liability', 'fund')),
  "stream" text NOT NULL CHECK ("stream" IN ('domestic', 'fcra')),
  -- Of the project whose fund it is.
  "project" uuid
);
INSERT INTO "ledger_account" ("code", "kind", "stream")
SELECT a.code || '.' || s.stream, a.kind, s.stream
  FROM (VALUES ('clearing', 'asset'), ('bank', 'asset'), ('fee', 'asset'), ('suspense', 'liability'),
               ('refunds', 'liability'), ('fund.general', 'fund')) AS a(code, kind)
 CROSS JOIN (VALUES ('domestic'), ('fcra')) AS s(stream);

CREATE TABLE "journal" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- capture | fee | refund | settlement | …, once for each thing it tells of
  "kind" text NOT NULL,
  "subject" text NOT NULL,
  -- Of India's calendar, the day it belongs to.
  "on_day" date NOT NULL,
  "at" timestamptz(3) NOT NULL,
  UNIQUE ("subject", "kind")
);
CREATE INDEX "journal_day_idx" ON "journal" ("on_day", "id");
CREATE TABLE "posting" (
  "journal" bigint NOT NULL REFERENCES "journal",
  "line" smallint NOT NULL,
  "account" text NOT NULL REFERENCES "ledger_account",
  "amount" bigint NOT NULL CHECK ("amount" <> 0),
  PRIMARY KEY ("journal", "line")
);
CREATE INDEX "posting_account_idx" ON "posting" ("account", "journal") INCLUDE ("amount");

CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_journal bigint := CASE TG_TABLE_NAME WHEN 'journal' THEN (to_jsonb(NEW)->>'id')::bigint ELSE (to_jsonb(NEW)->>'journal')::bigint END;
BEGIN
  IF (SELECT sum(amount) IS DISTINCT FROM 0 FROM posting WHERE journal = the_journal) THEN
    RAISE EXCEPTION 'Journal % does not balance', the_journal USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON "journal" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON "posting" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();

-- Seals chain journals in an order of their own, because they do not become visible in the order of their ids.
CREATE TABLE "journal_unsealed" ("journal" bigint PRIMARY KEY REFERENCES "journal");
CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO journal_unsealed (journal) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER journal_awaits_seal AFTER INSERT ON "journal" FOR EACH ROW EXECUTE FUNCTION await_seal();
CREATE TABLE "journal_seal" (
  "number" bigint PRIMARY KEY,
  "journal" bigint NOT NULL UNIQUE REFERENCES "journal",
  "previous" bytea NOT NULL,
  "hash" bytea NOT NULL,
  "at" timestamptz(3) NOT NULL
);

CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON "journal" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_is_never_emptied BEFORE TRUNCATE ON "journal" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_is_append_only BEFORE UPDATE OR DELETE ON "posting" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_is_never_emptied BEFORE TRUNCATE ON "posting" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_seal_is_append_only BEFORE UPDATE OR DELETE ON "journal_seal" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_seal_is_never_emptied BEFORE TRUNCATE ON "journal_seal" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
