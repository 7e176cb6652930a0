-- CreateEnum
CREATE TYPE "edition_state" AS ENUM ('coming', 'drafted', 'sent', 'skipped');

-- CreateTable
CREATE TABLE "newsletter" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "languages" TEXT[],
    "words" JSONB NOT NULL,
    "public" BOOLEAN NOT NULL DEFAULT true,
    "archive" BOOLEAN NOT NULL DEFAULT true,
    "draft_hours" INTEGER NOT NULL DEFAULT 24,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "newsletter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "edition" (
    "id" UUID NOT NULL,
    "newsletter_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "edition_state" NOT NULL DEFAULT 'coming',
    "number" INTEGER,
    "handwritten" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER,
    "run_id" BIGINT,
    "reason" TEXT,
    "drafted_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "hidden_at" TIMESTAMPTZ(3),

    CONSTRAINT "edition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "newsletter_item" (
    "id" UUID NOT NULL,
    "newsletter_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "words" JSONB NOT NULL,
    "link" TEXT,
    "picture" TEXT,
    "publish_after" TIMESTAMPTZ(3),
    "edition_id" UUID,
    "added_by" UUID,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "newsletter_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "newsletter_message_id_key" ON "newsletter"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "newsletter_slug_key" ON "newsletter"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "edition_newsletter_id_due_at_key" ON "edition"("newsletter_id", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "edition_newsletter_id_number_key" ON "edition"("newsletter_id", "number");

-- CreateIndex
CREATE INDEX "newsletter_item_edition_id_idx" ON "newsletter_item"("edition_id");

-- CreateIndex
CREATE UNIQUE INDEX "newsletter_item_newsletter_id_number_key" ON "newsletter_item"("newsletter_id", "number");

-- AddForeignKey
ALTER TABLE "newsletter" ADD CONSTRAINT "newsletter_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "edition" ADD CONSTRAINT "edition_newsletter_id_fkey" FOREIGN KEY ("newsletter_id") REFERENCES "newsletter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "newsletter_item" ADD CONSTRAINT "newsletter_item_newsletter_id_fkey" FOREIGN KEY ("newsletter_id") REFERENCES "newsletter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "newsletter_item" ADD CONSTRAINT "newsletter_item_edition_id_fkey" FOREIGN KEY ("edition_id") REFERENCES "edition"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Handwritten from here on.
-- A newsletter has one edition in the making: its message has one content at a time.
CREATE UNIQUE INDEX edition_in_the_making ON edition (newsletter_id) WHERE state IN ('coming', 'drafted');
