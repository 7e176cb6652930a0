-- A correction goes to those who received this run, and to nobody else; to those of whom it is not
-- known too, when its author chose so.
ALTER TABLE "message" ADD COLUMN "corrects_run" bigint REFERENCES "run" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "message" ADD COLUMN "corrects_unknown" boolean NOT NULL DEFAULT false;
CREATE INDEX "message_corrects_run_idx" ON "message" ("corrects_run");
