-- AlterTable
ALTER TABLE "gift_order" ADD COLUMN     "monthly_id" UUID;

-- CreateTable
CREATE TABLE "monthly_gift" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "donor_id" UUID NOT NULL,
    "gateway_id" TEXT,
    "url" TEXT,
    "amount" BIGINT NOT NULL,
    "next_amount" BIGINT,
    "fund" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'created',
    "method" TEXT,
    "paid" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "monthly_gift_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway_plan" (
    "account_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "plan_id" TEXT NOT NULL,

    CONSTRAINT "gateway_plan_pkey" PRIMARY KEY ("account_id","amount")
);

-- CreateTable
CREATE TABLE "donor_door" (
    "address_hash" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "donor_door_pkey" PRIMARY KEY ("address_hash")
);

-- CreateTable
CREATE TABLE "gift_twin" (
    "donation_id" UUID NOT NULL,
    "first_id" UUID NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "answer" TEXT,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "gift_twin_pkey" PRIMARY KEY ("donation_id")
);

-- CreateTable
CREATE TABLE "erasure_request" (
    "id" UUID NOT NULL,
    "address_hash" UUID NOT NULL,
    "email" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "erasure_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "monthly_gift_gateway_id_key" ON "monthly_gift"("gateway_id");

-- CreateIndex
CREATE INDEX "monthly_gift_donor_id_idx" ON "monthly_gift"("donor_id");

-- CreateIndex
CREATE INDEX "gift_twin_first_id_idx" ON "gift_twin"("first_id");

-- CreateIndex
CREATE INDEX "erasure_request_address_hash_idx" ON "erasure_request"("address_hash");

-- CreateIndex
CREATE INDEX "gift_order_monthly_id_idx" ON "gift_order"("monthly_id");

-- AddForeignKey
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_monthly_id_fkey" FOREIGN KEY ("monthly_id") REFERENCES "monthly_gift"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "monthly_gift" ADD CONSTRAINT "monthly_gift_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "monthly_gift" ADD CONSTRAINT "monthly_gift_donor_id_fkey" FOREIGN KEY ("donor_id") REFERENCES "donor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_plan" ADD CONSTRAINT "gateway_plan_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "gateway_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_twin" ADD CONSTRAINT "gift_twin_donation_id_fkey" FOREIGN KEY ("donation_id") REFERENCES "donation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_twin" ADD CONSTRAINT "gift_twin_first_id_fkey" FOREIGN KEY ("first_id") REFERENCES "donation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Handwritten
ALTER TABLE "monthly_gift" ADD CONSTRAINT "monthly_gift_amount" CHECK ("amount" BETWEEN 100 AND 1500000 AND "next_amount" BETWEEN 100 AND 1500000);
ALTER TABLE "gift_twin" ADD CONSTRAINT "gift_twin_answer" CHECK ("answer" IN ('both', 'refund'));
-- Such as may still be charged, by when the gateway was last asked.
CREATE INDEX "monthly_gift_live_idx" ON "monthly_gift" ("asked_at" NULLS FIRST)
  WHERE "state" IN ('created', 'authenticated', 'active', 'pending');
-- One wish of a person waits at a time.
CREATE UNIQUE INDEX "erasure_request_open_idx" ON "erasure_request" ("address_hash") WHERE "decided_at" IS NULL;
