-- CreateEnum
CREATE TYPE "publication_state" AS ENUM ('planned', 'preparing', 'publishing', 'published', 'waiting', 'unknown', 'failed', 'cancelled', 'removed');

-- AlterTable
ALTER TABLE "account" ADD COLUMN     "checked_at" TIMESTAMPTZ(3),
ADD COLUMN     "costs" JSONB,
ADD COLUMN     "credentials_version" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "identity" JSONB,
ADD COLUMN     "lost_at" TIMESTAMPTZ(3),
ADD COLUMN     "mode" TEXT NOT NULL DEFAULT 'program',
ADD COLUMN     "warned_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "publication" (
    "id" UUID NOT NULL,
    "run" BIGINT NOT NULL,
    "account_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "part" INTEGER NOT NULL DEFAULT 1,
    "kind" TEXT NOT NULL DEFAULT 'post',
    "state" "publication_state" NOT NULL DEFAULT 'planned',
    "content" JSONB NOT NULL,
    "hash" BYTEA,
    "next_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "epoch" BIGINT,
    "queued_at" TIMESTAMPTZ(3),
    "prepared" JSONB,
    "intent_at" TIMESTAMPTZ(3),
    "published_at" TIMESTAMPTZ(3),
    "receipt" JSONB,
    "trouble" JSONB,
    "looks" INTEGER NOT NULL DEFAULT 0,
    "retries" INTEGER NOT NULL DEFAULT 0,
    "looked_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "cost" BIGINT NOT NULL DEFAULT 0,
    "figures" JSONB,
    "figures_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "publication_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fitted_media" (
    "asset_id" UUID NOT NULL,
    "recipe" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,

    CONSTRAINT "fitted_media_pkey" PRIMARY KEY ("asset_id","recipe")
);

-- AddForeignKey
ALTER TABLE "fitted_media" ADD CONSTRAINT "fitted_media_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "asset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "network_app" (
    "network" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "secret" BYTEA NOT NULL,
    "endpoint" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "network_app_pkey" PRIMARY KEY ("network")
);

-- CreateTable
CREATE TABLE "connect_state" (
    "hash" BYTEA NOT NULL,
    "network" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "account_id" UUID,
    "verifier" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "connect_state_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX "publication_account_id_intent_at_idx" ON "publication"("account_id", "intent_at");

-- CreateIndex
CREATE UNIQUE INDEX "publication_run_account_id_language_part_key" ON "publication"("run", "account_id", "language", "part");

-- AddForeignKey
ALTER TABLE "publication" ADD CONSTRAINT "publication_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A publication is of a run, which is never deleted; like a delivery it has no key to it.
-- What is open is little, and is looked for every other second.
CREATE INDEX "publication_open_idx" ON "publication"("run", "id")
  WHERE "state" NOT IN ('published', 'failed', 'cancelled', 'removed');

-- The application's role reads and writes what it does not own; see migrate.
