-- Somebody without an account is asked what they think of one revision of a message.
-- CreateTable
CREATE TABLE "outside_review" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "reviewer" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "decided_at" TIMESTAMPTZ(3),
    "approved" BOOLEAN,
    "words" TEXT,

    CONSTRAINT "outside_review_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "outside_review_hash_key" ON "outside_review"("hash");

-- CreateIndex
CREATE INDEX "outside_review_message_id_idx" ON "outside_review"("message_id");

-- AddForeignKey
ALTER TABLE "outside_review" ADD CONSTRAINT "outside_review_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Posts that go round on one account, in slots of the week.
-- CreateTable
CREATE TABLE "post_queue" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slots" JSONB NOT NULL,
    "zone" TEXT NOT NULL,
    "gap_days" INTEGER NOT NULL,
    "paused_at" TIMESTAMPTZ(3),
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_queue_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "post_queue_item" (
    "queue_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_queue_item_pkey" PRIMARY KEY ("queue_id","message_id")
);

-- AlterTable
ALTER TABLE "run" ADD COLUMN "queue_id" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "post_queue_name_key" ON "post_queue"("name");

-- CreateIndex
CREATE INDEX "post_queue_item_message_id_idx" ON "post_queue_item"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "run_queue_id_due_at_key" ON "run"("queue_id", "due_at");

-- AddForeignKey
ALTER TABLE "post_queue" ADD CONSTRAINT "post_queue_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_queue_item" ADD CONSTRAINT "post_queue_item_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "post_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_queue_item" ADD CONSTRAINT "post_queue_item_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "post_queue"("id") ON DELETE SET NULL ON UPDATE CASCADE;
