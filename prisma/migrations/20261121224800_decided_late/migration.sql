-- When somebody decided that a late run goes nevertheless; its lateness counts from then.
ALTER TABLE "run" ADD COLUMN "decided_at" timestamptz(3);
