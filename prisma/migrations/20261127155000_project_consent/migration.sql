-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "leave_url" TEXT;

-- AlterTable
ALTER TABLE "asset" ADD COLUMN     "persons" BOOLEAN;

-- CreateTable
CREATE TABLE "image_consent" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "words" BYTEA NOT NULL,
    "covers" TEXT[],
    "sheltered" BOOLEAN NOT NULL DEFAULT false,
    "given_on" DATE NOT NULL,
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "image_consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image_consent_asset" (
    "consent_id" UUID NOT NULL,
    "asset_id" UUID NOT NULL,

    CONSTRAINT "image_consent_asset_pkey" PRIMARY KEY ("consent_id","asset_id")
);

-- CreateTable
CREATE TABLE "project_update_notice" (
    "update_id" UUID NOT NULL,
    "follower_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "project_update_notice_pkey" PRIMARY KEY ("update_id","follower_id")
);

-- CreateIndex
CREATE INDEX "image_consent_asset_asset_id_idx" ON "image_consent_asset"("asset_id");

-- AddForeignKey
ALTER TABLE "image_consent_asset" ADD CONSTRAINT "image_consent_asset_consent_id_fkey" FOREIGN KEY ("consent_id") REFERENCES "image_consent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_consent_asset" ADD CONSTRAINT "image_consent_asset_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "asset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_update_notice" ADD CONSTRAINT "project_update_notice_update_id_fkey" FOREIGN KEY ("update_id") REFERENCES "project_update"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_update_notice" ADD CONSTRAINT "project_update_notice_follower_id_fkey" FOREIGN KEY ("follower_id") REFERENCES "project_follower"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Handwritten
ALTER TABLE "image_consent" ADD CONSTRAINT "image_consent_kind" CHECK ("kind" IN ('self', 'guardian'));
ALTER TABLE "image_consent" ADD CONSTRAINT "image_consent_covers" CHECK (
  "covers" <@ ARRAY['picture', 'name', 'illness'] AND cardinality("covers") > 0);
-- Pictures that no page may show: somebody on them took their consent back, never gave it for pictures, or
-- is a child under care proceedings, who is never to be recognised.
CREATE VIEW "barred_asset" AS
  SELECT DISTINCT l.asset_id FROM image_consent_asset l JOIN image_consent c ON c.id = l.consent_id
   WHERE c.withdrawn_at IS NOT NULL OR c.sheltered OR NOT 'picture' = ANY (c.covers);
