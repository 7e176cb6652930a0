-- A file that was sent up and waits for somebody to look at it before it is imported.
ALTER TYPE "upload_state" ADD VALUE 'draft' BEFORE 'waiting';

-- CreateIndex
CREATE INDEX "contact_district_id_idx" ON "contact"("district", "id");

-- Handwritten: nearly everybody is an individual, whom the primary key finds fast enough.
CREATE INDEX "contact_kind_idx" ON "contact" ("kind", "id") WHERE "kind" <> 'individual';
