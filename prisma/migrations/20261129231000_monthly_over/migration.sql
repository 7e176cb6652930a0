-- When the donor of a monthly gift was told that its project takes no gifts any more.
ALTER TABLE "monthly_gift" ADD COLUMN "over_told_at" TIMESTAMPTZ(3);
