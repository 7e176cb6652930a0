-- AlterTable
ALTER TABLE "channel_template" ADD COLUMN     "frame" JSONB NOT NULL DEFAULT '{}';
