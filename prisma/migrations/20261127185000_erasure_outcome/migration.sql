-- AlterTable
ALTER TABLE "erasure_request" ADD COLUMN     "answer" TEXT,
ADD COLUMN     "outcome" TEXT;
