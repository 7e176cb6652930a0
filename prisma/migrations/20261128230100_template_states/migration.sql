-- AlterTable
ALTER TABLE "channel_template" ADD COLUMN     "checked_at" TIMESTAMPTZ(3),
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "state_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- By hand: a network may stop a template for a while.
ALTER TABLE "channel_template" DROP CONSTRAINT "channel_template_state",
  ADD CONSTRAINT "channel_template_state" CHECK ("state" IN ('approved', 'pending', 'refused', 'paused'));
