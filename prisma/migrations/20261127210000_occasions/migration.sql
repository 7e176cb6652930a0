-- Pages that families make for a day of theirs, who answers for them, and what is given there.
-- AlterTable
ALTER TABLE "gift_order" ADD COLUMN     "occasion_id" UUID,
ADD COLUMN     "show_amount" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "donation" ADD COLUMN     "occasion_id" UUID,
ADD COLUMN     "show_amount" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "occasion" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "content" JSONB NOT NULL,
    "edition" INTEGER NOT NULL DEFAULT 1,
    "shown" JSONB,
    "shown_edition" INTEGER,
    "asked_edition" INTEGER,
    "asked_at" TIMESTAMPTZ(3),
    "guest_code" BYTEA,
    "day" DATE,
    "visibility" TEXT NOT NULL DEFAULT 'unlisted',
    "language" TEXT NOT NULL DEFAULT 'ml',
    "project_id" UUID,
    "district" TEXT,
    "child" BOOLEAN NOT NULL DEFAULT false,
    "adult_at" TIMESTAMPTZ(3),
    "parent" BYTEA,
    "touch" TEXT,
    "remind" BOOLEAN NOT NULL DEFAULT false,
    "reminded_at" TIMESTAMPTZ(3),
    "signs" JSONB NOT NULL DEFAULT '[]',
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "saved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shown_at" TIMESTAMPTZ(3),
    "looked_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "frozen" JSONB,
    "made_from" TEXT,

    CONSTRAINT "occasion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "occasion_keeper" (
    "id" UUID NOT NULL,
    "occasion_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "contact" BYTEA NOT NULL,
    "contact_index" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "second" BOOLEAN NOT NULL DEFAULT false,
    "verified_at" TIMESTAMPTZ(3),
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "digest" TEXT NOT NULL DEFAULT 'daily',
    "told_to" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "code_hash" BYTEA,
    "code_ends" TIMESTAMPTZ(3),
    "code_tries" INTEGER NOT NULL DEFAULT 0,
    "code_sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "occasion_keeper_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "occasion_photo" (
    "id" UUID NOT NULL,
    "occasion_id" UUID NOT NULL,
    "source" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "turn" INTEGER NOT NULL DEFAULT 0,
    "crop" JSONB,
    "width" INTEGER,
    "height" INTEGER,
    "files" JSONB NOT NULL DEFAULT '[]',
    "phash" BIGINT,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "occasion_photo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "occasion_event" (
    "id" BIGSERIAL NOT NULL,
    "occasion_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "what" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "words" TEXT,
    "edition" INTEGER,
    "content" JSONB,

    CONSTRAINT "occasion_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "occasion_report" (
    "id" UUID NOT NULL,
    "occasion_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "words" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "answered_by" TEXT,
    "outcome" TEXT,
    "answer" TEXT,

    CONSTRAINT "occasion_report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "occasion_guest" (
    "occasion_id" UUID NOT NULL,
    "address_hash" UUID NOT NULL,
    "notice_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "occasion_guest_pkey" PRIMARY KEY ("occasion_id","address_hash")
);

-- CreateTable
CREATE TABLE "occasion_paper" (
    "occasion_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "of" TEXT NOT NULL,
    "drawn_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "occasion_paper_pkey" PRIMARY KEY ("occasion_id","kind","language")
);

-- CreateTable
CREATE TABLE "occasion_gift" (
    "donation_id" UUID NOT NULL,
    "occasion_id" UUID NOT NULL,
    "hidden_at" TIMESTAMPTZ(3),
    "thanked_at" TIMESTAMPTZ(3),
    "thanks" TEXT,

    CONSTRAINT "occasion_gift_pkey" PRIMARY KEY ("donation_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "occasion_code_key" ON "occasion"("code");

-- CreateIndex
CREATE UNIQUE INDEX "occasion_number_key" ON "occasion"("number");

-- CreateIndex
CREATE INDEX "occasion_state_asked_at_idx" ON "occasion"("state", "asked_at");

-- CreateIndex
CREATE INDEX "occasion_day_idx" ON "occasion"("day");

-- CreateIndex
CREATE INDEX "occasion_keeper_occasion_id_idx" ON "occasion_keeper"("occasion_id");

-- CreateIndex
CREATE INDEX "occasion_keeper_contact_index_idx" ON "occasion_keeper"("contact_index");

-- CreateIndex
CREATE INDEX "occasion_photo_occasion_id_idx" ON "occasion_photo"("occasion_id");

-- CreateIndex
CREATE INDEX "occasion_event_occasion_id_id_idx" ON "occasion_event"("occasion_id", "id");

-- CreateIndex
CREATE INDEX "occasion_report_answered_at_due_at_idx" ON "occasion_report"("answered_at", "due_at");

-- CreateIndex
CREATE INDEX "occasion_report_occasion_id_idx" ON "occasion_report"("occasion_id");

-- CreateIndex
CREATE INDEX "occasion_gift_occasion_id_idx" ON "occasion_gift"("occasion_id");

-- CreateIndex
CREATE INDEX "donation_occasion_id_created_at_idx" ON "donation"("occasion_id", "created_at");

-- AddForeignKey
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion" ADD CONSTRAINT "occasion_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion_keeper" ADD CONSTRAINT "occasion_keeper_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion_photo" ADD CONSTRAINT "occasion_photo_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion_event" ADD CONSTRAINT "occasion_event_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion_report" ADD CONSTRAINT "occasion_report_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion_guest" ADD CONSTRAINT "occasion_guest_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occasion_paper" ADD CONSTRAINT "occasion_paper_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "occasion"
  ADD CHECK ("state" IN ('draft', 'waiting', 'returned', 'refused', 'live', 'closed', 'down', 'gone')),
  ADD CHECK ("visibility" IN ('public', 'unlisted', 'guests')),
  ADD CHECK ("shown" IS NOT NULL OR "state" NOT IN ('live', 'closed'));
ALTER TABLE "occasion_keeper"
  ADD CHECK ("channel" IN ('email', 'sms')),
  ADD CHECK ("digest" IN ('once', 'daily', 'none'));
-- One who made it, and one beside.
CREATE UNIQUE INDEX "occasion_keeper_place_idx" ON "occasion_keeper" ("occasion_id", "second") WHERE "ended_at" IS NULL;
ALTER TABLE "occasion_photo" ADD CHECK ("state" IN ('waiting', 'ready', 'refused'));
CREATE INDEX "occasion_photo_waiting_idx" ON "occasion_photo" ("added_at") WHERE "state" = 'waiting';
ALTER TABLE "occasion_report"
  ADD CHECK ("kind" IN ('report', 'objection')),
  ADD CHECK (("answered_at" IS NULL) = ("outcome" IS NULL)),
  ADD CHECK ("outcome" IN ('kept', 'changed', 'down'));
