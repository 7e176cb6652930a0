-- AlterTable
ALTER TABLE "gift_order" ADD COLUMN     "project_id" UUID;

-- AlterTable
ALTER TABLE "donation" ADD COLUMN     "beyond" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "matched" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "offer_id" UUID,
ADD COLUMN     "project_id" UUID;

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "theme" TEXT NOT NULL,
    "district" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "published" INTEGER,
    "made_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "reported_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_version" (
    "project_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_version_pkey" PRIMARY KEY ("project_id","version")
);

-- CreateTable
CREATE TABLE "project_review" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "asked_by" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "approved" BOOLEAN,
    "words" TEXT,

    CONSTRAINT "project_review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_update" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "content" JSONB NOT NULL,
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "mailed_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_update_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_follower" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_follower_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_sponsor" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" JSONB NOT NULL,
    "whole" BOOLEAN NOT NULL DEFAULT false,
    "amount" BIGINT,
    "asset_id" UUID,
    "url" TEXT,
    "position" INTEGER NOT NULL DEFAULT 0,
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_sponsor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "goal" (
    "project_id" UUID NOT NULL,
    "amount" BIGINT,
    "capped" BOOLEAN NOT NULL DEFAULT false,
    "closes_at" TIMESTAMPTZ(3),
    "open" BOOLEAN NOT NULL DEFAULT false,
    "raised" BIGINT NOT NULL DEFAULT 0,
    "gifts" INTEGER NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "goal_pkey" PRIMARY KEY ("project_id")
);

-- CreateTable
CREATE TABLE "matching_offer" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "sponsor" JSONB NOT NULL,
    "percent" INTEGER NOT NULL DEFAULT 100,
    "amount" BIGINT NOT NULL,
    "taken" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_at" TIMESTAMPTZ(3),
    "made_by" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "matching_offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gift_hold" (
    "order_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "project_part" BIGINT NOT NULL,
    "beyond_part" BIGINT NOT NULL,
    "offer_id" UUID,
    "match_part" BIGINT NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_hold_pkey" PRIMARY KEY ("order_id")
);

-- CreateIndex
CREATE INDEX "donation_project_id_created_at_idx" ON "donation"("project_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "project_slug_key" ON "project"("slug");

-- CreateIndex
CREATE INDEX "project_state_published_at_idx" ON "project"("state", "published_at");

-- CreateIndex
CREATE INDEX "project_review_project_id_asked_at_idx" ON "project_review"("project_id", "asked_at");

-- CreateIndex
CREATE INDEX "project_update_project_id_published_at_idx" ON "project_update"("project_id", "published_at");

-- CreateIndex
CREATE UNIQUE INDEX "project_follower_project_id_email_key" ON "project_follower"("project_id", "email");

-- CreateIndex
CREATE INDEX "project_follower_email_idx" ON "project_follower"("email");

-- CreateIndex
CREATE INDEX "project_sponsor_project_id_position_idx" ON "project_sponsor"("project_id", "position");

-- CreateIndex
CREATE INDEX "matching_offer_project_id_opens_at_idx" ON "matching_offer"("project_id", "opens_at");

-- CreateIndex
CREATE INDEX "gift_hold_project_id_idx" ON "gift_hold"("project_id");

-- AddForeignKey
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_offer_id_fkey" FOREIGN KEY ("offer_id") REFERENCES "matching_offer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_version" ADD CONSTRAINT "project_version_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_review" ADD CONSTRAINT "project_review_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_update" ADD CONSTRAINT "project_update_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_follower" ADD CONSTRAINT "project_follower_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_sponsor" ADD CONSTRAINT "project_sponsor_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "goal" ADD CONSTRAINT "goal_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "matching_offer" ADD CONSTRAINT "matching_offer_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_hold" ADD CONSTRAINT "gift_hold_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "gift_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_hold" ADD CONSTRAINT "gift_hold_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gift_hold" ADD CONSTRAINT "gift_hold_offer_id_fkey" FOREIGN KEY ("offer_id") REFERENCES "matching_offer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Handwritten
ALTER TABLE "project" ADD CONSTRAINT "project_state" CHECK (
  "state" IN ('draft', 'review', 'live', 'reached', 'closed', 'reported'));
-- Nobody reviews what they asked for.
ALTER TABLE "project_review" ADD CONSTRAINT "project_review_two" CHECK ("decided_by" <> "asked_by");
CREATE UNIQUE INDEX "project_review_open_idx" ON "project_review" ("project_id") WHERE "decided_at" IS NULL;
ALTER TABLE "goal" ADD CONSTRAINT "goal_amounts" CHECK ("amount" > 0 AND "held" >= 0 AND (NOT "capped" OR "amount" IS NOT NULL));
-- A sponsor's promise is never exceeded, whoever counts.
ALTER TABLE "matching_offer" ADD CONSTRAINT "matching_offer_amounts" CHECK (
  "amount" > 0 AND "percent" BETWEEN 1 AND 1000 AND "taken" >= 0 AND "held" >= 0 AND "taken" + "held" <= "amount");
ALTER TABLE "gift_hold" ADD CONSTRAINT "gift_hold_parts" CHECK (
  "project_part" >= 0 AND "beyond_part" >= 0 AND "match_part" >= 0 AND "state" IN ('held', 'taken', 'released'));
CREATE INDEX "gift_hold_open_idx" ON "gift_hold" ("until") WHERE "state" = 'held';
ALTER TABLE "donation" ADD CONSTRAINT "donation_parts" CHECK ("beyond" BETWEEN 0 AND "amount" AND "matched" >= 0);

-- What a project has raised is counted where its fund is posted to, whoever posts.
CREATE FUNCTION count_raised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE goal g SET raised = g.raised - NEW.amount
    FROM ledger_account a WHERE a.code = NEW.account AND g.project_id = a.project;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_counts AFTER INSERT ON "posting" FOR EACH ROW EXECUTE FUNCTION count_raised();

-- A gift that went back whole is none.
CREATE FUNCTION count_gifts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE goal SET gifts = gifts
       + (NEW.refunded < NEW.amount)::int - (CASE WHEN TG_OP = 'UPDATE' THEN (OLD.refunded < OLD.amount)::int ELSE 0 END)
   WHERE project_id = NEW.project_id;
  RETURN NULL;
END $$;
CREATE TRIGGER donation_counts AFTER INSERT OR UPDATE OF "refunded" ON "donation" FOR EACH ROW
  WHEN (NEW."project_id" IS NOT NULL) EXECUTE FUNCTION count_gifts();
