-- What was written to families and guests around their day, each once, and who wants no invitations.
-- CreateTable
CREATE TABLE "occasion_accompanied" (
    "occasion_id" UUID NOT NULL,
    "what" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "occasion_accompanied_pkey" PRIMARY KEY ("occasion_id","what")
);

-- CreateTable
CREATE TABLE "invitation_refusal" (
    "address_hash" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invitation_refusal_pkey" PRIMARY KEY ("address_hash")
);

-- CreateIndex
CREATE INDEX "occasion_guest_notice_id_idx" ON "occasion_guest"("notice_id");

-- AddForeignKey
ALTER TABLE "occasion_accompanied" ADD CONSTRAINT "occasion_accompanied_occasion_id_fkey" FOREIGN KEY ("occasion_id") REFERENCES "occasion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "occasion_accompanied" ADD CHECK ("what" IN ('week', 'day', 'after', 'givers'));
