-- AlterTable
ALTER TABLE "app_user" ADD COLUMN "own_zone" TEXT;

-- Who took another zone than the usual one chose it. `zone` stays for the release before, which writes it.
UPDATE "app_user" SET "own_zone" = "zone" WHERE "zone" <> 'Asia/Kolkata';
