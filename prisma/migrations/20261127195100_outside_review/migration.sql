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
