-- When a family's contact was last proven by a code: a number may have gone to somebody else since.
ALTER TABLE "occasion_keeper" ADD COLUMN "proven_at" TIMESTAMPTZ(3),
ADD COLUMN "lost_at" TIMESTAMPTZ(3),
ADD COLUMN "day_tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "day_tries_from" TIMESTAMPTZ(3);

UPDATE "occasion_keeper" SET "proven_at" = "verified_at";
