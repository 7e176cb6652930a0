-- What a person asked for by the public form and has not confirmed yet, or confirmed lately. The wish is
-- sealed, and goes with the row when its time is over.
CREATE TABLE "subscription" (
    "id" UUID NOT NULL,
    "address_hash" UUID NOT NULL,
    "wish" BYTEA,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "contact_id" UUID,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "subscription_address_hash_key" ON "subscription"("address_hash");

-- CreateIndex
CREATE INDEX "subscription_expires_at_idx" ON "subscription"("expires_at");

-- A list that everybody may join: {title, description} per language, and what its mails are for.
ALTER TABLE "list" ADD COLUMN "public" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "purpose" TEXT,
ADD COLUMN "words" JSONB NOT NULL DEFAULT '{}';

-- What a contact chose on the preference page.
ALTER TABLE "contact" ADD COLUMN "frequency" TEXT,
ADD COLUMN "paused_until" TIMESTAMPTZ(3);

-- A contact that was merged into another; its id still leads there, and its name at a mailbox too.
CREATE TABLE "merged_contact" (
    "id" UUID NOT NULL,
    "into_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "merged_contact_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "merged_contact_into_id_idx" ON "merged_contact"("into_id");

-- Two contacts that look alike and were found to be two people; the smaller id first.
CREATE TABLE "told_apart" (
    "one_id" UUID NOT NULL,
    "other_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "told_apart_pkey" PRIMARY KEY ("one_id","other_id")
);

-- CreateIndex
CREATE INDEX "told_apart_other_id_idx" ON "told_apart"("other_id");

-- AddForeignKey
ALTER TABLE "merged_contact" ADD CONSTRAINT "merged_contact_into_id_fkey" FOREIGN KEY ("into_id") REFERENCES "contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "told_apart" ADD CONSTRAINT "told_apart_one_id_fkey" FOREIGN KEY ("one_id") REFERENCES "contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "told_apart" ADD CONSTRAINT "told_apart_other_id_fkey" FOREIGN KEY ("other_id") REFERENCES "contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Handwritten
ALTER TABLE "list" ADD CONSTRAINT "list_public_has_purpose" CHECK (NOT "public" OR "purpose" IS NOT NULL);
ALTER TABLE "contact" ADD CONSTRAINT "contact_frequency_known" CHECK ("frequency" IN ('weekly', 'monthly', 'quarterly'));
CREATE INDEX "contact_frequency_idx" ON "contact" ("id") WHERE "frequency" IS NOT NULL;
CREATE INDEX "contact_paused_until_idx" ON "contact" ("paused_until") WHERE "paused_until" IS NOT NULL;

-- How long a contact who wants fewer mails is left alone after one; null for those who take all.
CREATE FUNCTION frequency_span(frequency text) RETURNS interval
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE frequency WHEN 'weekly' THEN interval '7 days' WHEN 'monthly' THEN interval '30 days'
                        WHEN 'quarterly' THEN interval '91 days' END;

-- The one place that says whom not to write to at a moment because of what they chose: who paused, and who
-- wants fewer and had one in their span. Few contacts choose, so that each is looked up by itself, by the
-- hashes of their addresses, which the deliveries of a run are indexed by. What did not arrive, and what
-- is of the purpose that always goes, does not count.
CREATE FUNCTION contacts_at_rest(for_channel text, moment timestamptz, transactional text, but_run bigint)
  RETURNS TABLE (contact_id uuid, reason text) LANGUAGE sql STABLE AS $$
  SELECT c.id, 'paused' FROM contact c WHERE c.paused_until > moment
  UNION ALL
  SELECT c.id, 'wants fewer' FROM contact c
   WHERE c.frequency IS NOT NULL AND (c.paused_until IS NULL OR c.paused_until <= moment)
     AND EXISTS (
       SELECT FROM address a, run r, delivery d
        WHERE a.contact_id = c.id AND a.channel = for_channel
          AND r.id <> but_run AND r.channel = for_channel AND r.purpose <> transactional
          AND r.started_at IS NOT NULL
          AND (r.ended_at IS NULL OR r.ended_at > moment - frequency_span(c.frequency))
          AND d.run = r.id AND d.address_hash = a.hash
          AND coalesce(d.at, r.started_at) > moment - frequency_span(c.frequency)
          AND d.state NOT IN ('failed', 'bounced', 'skipped', 'cancelled'))
$$;
