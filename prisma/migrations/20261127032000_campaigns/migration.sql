-- AlterTable
ALTER TABLE "app_user" ADD COLUMN     "away_until" TIMESTAMPTZ(3),
ADD COLUMN     "deputy_id" UUID;

-- AlterTable
ALTER TABLE "campaign" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "beneficiary" TEXT,
ADD COLUMN     "beneficiary_kind" TEXT NOT NULL DEFAULT 'fund';

-- CreateTable
CREATE TABLE "approval_request" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "asked_by" UUID,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "reference" TEXT,
    "note" TEXT,
    "approver_id" UUID,
    "deputy_id" UUID,
    "reminded_at" TIMESTAMPTZ(3),
    "reminders" INTEGER NOT NULL DEFAULT 0,
    "escalated_at" TIMESTAMPTZ(3),
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "approval_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_comment" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "user_id" UUID,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_comment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "approval_request_message_id_asked_at_idx" ON "approval_request"("message_id", "asked_at");

-- CreateIndex
CREATE INDEX "message_comment_message_id_id_idx" ON "message_comment"("message_id", "id");

-- CreateIndex
CREATE INDEX "campaign_created_at_id_idx" ON "campaign"("created_at", "id");

-- CreateIndex
CREATE INDEX "message_campaign_id_idx" ON "message"("campaign_id");

-- AddForeignKey
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_deputy_id_fkey" FOREIGN KEY ("deputy_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_asked_by_fkey" FOREIGN KEY ("asked_by") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_approver_id_fkey" FOREIGN KEY ("approver_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_deputy_id_fkey" FOREIGN KEY ("deputy_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_comment" ADD CONSTRAINT "message_comment_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_comment" ADD CONSTRAINT "message_comment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot say: the words these columns take, one open request for a message, and what waits.
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_beneficiary_kind" CHECK ("beneficiary_kind" IN ('fund', 'project', 'occasion'));
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_state" CHECK ("state" IN ('open', 'approved', 'returned', 'withdrawn'));
CREATE UNIQUE INDEX "approval_request_open" ON "approval_request" ("message_id") WHERE "state" = 'open';
CREATE INDEX "outbox_open" ON "outbox" ("id") WHERE "handled_at" IS NULL;
