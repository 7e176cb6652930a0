-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "about" TEXT;

-- AlterTable
ALTER TABLE "gateway_account" ADD COLUMN     "settled_to" DATE;

-- AlterTable
ALTER TABLE "refund" ADD COLUMN     "answer" TEXT,
ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "next_at" TIMESTAMPTZ(3),
ADD COLUMN     "trouble" TEXT;

-- CreateTable
CREATE TABLE "dispute" (
    "id" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "payment_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "deducted" BIGINT NOT NULL DEFAULT 0,
    "taken" BIGINT NOT NULL DEFAULT 0,
    "phase" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "respond_by" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dispute_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settlement" (
    "id" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "stream" TEXT NOT NULL,
    "utr" TEXT,
    "amount" BIGINT NOT NULL DEFAULT 0,
    "fee" BIGINT NOT NULL DEFAULT 0,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "day" DATE NOT NULL,
    "settled_at" TIMESTAMPTZ(3) NOT NULL,
    "posted_at" TIMESTAMPTZ(3),
    "bank_line" TEXT,

    CONSTRAINT "settlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settlement_line" (
    "settlement_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "payment_id" TEXT,
    "dispute_id" TEXT,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "tax" BIGINT NOT NULL,
    "debit" BIGINT NOT NULL,
    "credit" BIGINT NOT NULL,

    CONSTRAINT "settlement_line_pkey" PRIMARY KEY ("settlement_id","kind","entity_id")
);

-- CreateTable
CREATE TABLE "difference" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "stream" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "ours" BIGINT,
    "theirs" BIGINT,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by" TEXT,
    "note" TEXT,

    CONSTRAINT "difference_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_head" (
    "day" DATE NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "journals" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_head_pkey" PRIMARY KEY ("day")
);

-- CreateIndex
CREATE INDEX "dispute_payment_id_idx" ON "dispute"("payment_id");

-- CreateIndex
CREATE INDEX "settlement_settled_at_id_idx" ON "settlement"("settled_at", "id");

-- CreateIndex
CREATE INDEX "settlement_line_entity_id_idx" ON "settlement_line"("entity_id");

-- CreateIndex
CREATE UNIQUE INDEX "difference_kind_subject_key" ON "difference"("kind", "subject");

-- CreateIndex
CREATE INDEX "notice_about_idx" ON "notice"("about");

-- CreateIndex
CREATE INDEX "payment_created_at_id_idx" ON "payment"("created_at", "id");

-- AddForeignKey
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "settlement" ADD CONSTRAINT "settlement_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "settlement_line" ADD CONSTRAINT "settlement_line_settlement_id_fkey" FOREIGN KEY ("settlement_id") REFERENCES "settlement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "difference" ADD CONSTRAINT "difference_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Handwritten
-- Nobody sends money back alone: who asked is not who decided, and what we asked for was decided.
ALTER TABLE "refund" ADD CONSTRAINT "refund_two_persons" CHECK ("decided_by" IS NULL OR "decided_by" <> "asked_by");
ALTER TABLE "refund" ADD CONSTRAINT "refund_decided" CHECK (
  "asked_by" IS NULL OR "state" = 'asked' OR ("decided_by" IS NOT NULL AND "decided_at" IS NOT NULL));
ALTER TABLE "refund" ADD CONSTRAINT "refund_state" CHECK (
  "state" IN ('asked', 'approved', 'declined', 'sent', 'processed', 'failed'));
-- What a person must decide, and what must still reach the gateway.
CREATE INDEX "refund_open_idx" ON "refund" ("asked_at") WHERE "state" IN ('asked', 'approved', 'sent');
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_amount" CHECK ("amount" > 0 AND "taken" >= 0 AND "deducted" >= 0);
CREATE INDEX "dispute_open_idx" ON "dispute" ("respond_by") WHERE "ended_at" IS NULL;
ALTER TABLE "difference" ADD CONSTRAINT "difference_resolved" CHECK ("resolved_by" IS NULL OR ("resolved_at" IS NOT NULL AND "note" IS NOT NULL));
CREATE INDEX "difference_open_idx" ON "difference" ("found_at", "id") WHERE "resolved_at" IS NULL;
CREATE INDEX "settlement_unbanked_idx" ON "settlement" ("settled_at") WHERE "bank_line" IS NULL;
CREATE INDEX "payment_parked_idx" ON "payment" ("captured_at") WHERE "order_id" IS NULL AND "captured_at" IS NOT NULL;
