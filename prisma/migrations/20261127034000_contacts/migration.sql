-- A file that was sent up and waits for somebody to look at it before it is imported.
ALTER TYPE "upload_state" ADD VALUE 'draft' BEFORE 'waiting';

-- CreateIndex
CREATE INDEX "contact_district_id_idx" ON "contact"("district", "id");

-- Handwritten: nearly everybody is an individual, whom the primary key finds fast enough.
CREATE INDEX "contact_kind_idx" ON "contact" ("kind", "id") WHERE "kind" <> 'individual';

-- Handwritten: suppressions as staff look at them, the latest first, of one reason, by a part of the address.
CREATE INDEX "suppression_at_idx" ON "suppression" ("at", "hash");
CREATE INDEX "suppression_reason_idx" ON "suppression" ("reason", "at", "hash");
CREATE INDEX "suppression_value_idx" ON "suppression" USING gin ("value" gin_trgm_ops);
