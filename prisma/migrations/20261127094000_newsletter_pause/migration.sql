-- AlterTable
ALTER TABLE "newsletter" ADD COLUMN "paused_at" TIMESTAMPTZ(3),
ADD COLUMN "scene" TEXT NOT NULL DEFAULT 'dawn';
