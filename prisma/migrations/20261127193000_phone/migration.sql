-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "channel" TEXT NOT NULL DEFAULT 'email',
ADD COLUMN     "phone" JSONB;

-- CreateTable
CREATE TABLE "channel_template" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "network_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "category" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_template_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_spend" (
    "account_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "amount" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "channel_spend_pkey" PRIMARY KEY ("account_id","month")
);

-- CreateTable
CREATE TABLE "phone_report" (
    "id" BIGSERIAL NOT NULL,
    "account_id" UUID NOT NULL,
    "network_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "code" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "effect" TEXT,

    CONSTRAINT "phone_report_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "channel_template_account_id_name_language_key" ON "channel_template"("account_id", "name", "language");

-- CreateIndex
CREATE INDEX "phone_report_taken_at_idx" ON "phone_report"("taken_at");

-- CreateIndex
CREATE UNIQUE INDEX "phone_report_account_id_network_id_state_key" ON "phone_report"("account_id", "network_id", "state");

-- AddForeignKey
ALTER TABLE "channel_template" ADD CONSTRAINT "channel_template_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_spend" ADD CONSTRAINT "channel_spend_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Handwritten
ALTER TABLE "channel_template" ADD CONSTRAINT "channel_template_state" CHECK ("state" IN ('approved', 'pending', 'refused')),
  ADD CONSTRAINT "channel_template_category" CHECK ("category" IN ('promotional', 'transactional'));
ALTER TABLE "phone_report" ADD CONSTRAINT "phone_report_state" CHECK ("state" IN ('accepted', 'delivered', 'read', 'failed'));
-- What is told and not applied yet is little, and is looked for every other second.
CREATE INDEX "phone_report_open_idx" ON "phone_report"("id") WHERE "applied_at" IS NULL;
