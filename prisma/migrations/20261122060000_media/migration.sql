-- CreateTable
CREATE TABLE "asset" (
    "id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "bytes" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "alt" JSONB NOT NULL DEFAULT '{}',
    "credit" TEXT,
    "consent" TEXT,
    "made_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "asset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "asset_file" (
    "asset_id" UUID NOT NULL,
    "width" INTEGER NOT NULL,
    "ext" TEXT NOT NULL,
    "height" INTEGER,
    "hash" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,

    CONSTRAINT "asset_file_pkey" PRIMARY KEY ("asset_id","width","ext")
);

-- CreateTable
CREATE TABLE "asset_use" (
    "asset_id" UUID NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,

    CONSTRAINT "asset_use_pkey" PRIMARY KEY ("asset_id","subject_type","subject_id")
);

-- CreateTable
CREATE TABLE "message_file" (
    "message_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "asset_id" UUID NOT NULL,
    "inline" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "message_file_pkey" PRIMARY KEY ("message_id","version","name")
);

-- AlterTable
ALTER TABLE "notice" ADD COLUMN "files" JSONB;

-- CreateIndex
CREATE UNIQUE INDEX "asset_hash_key" ON "asset"("hash");

-- CreateIndex
CREATE INDEX "asset_file_hash_idx" ON "asset_file"("hash");

-- AddForeignKey
ALTER TABLE "asset_file" ADD CONSTRAINT "asset_file_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "asset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "asset_use" ADD CONSTRAINT "asset_use_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "asset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_file" ADD CONSTRAINT "message_file_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_file" ADD CONSTRAINT "message_file_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "asset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
