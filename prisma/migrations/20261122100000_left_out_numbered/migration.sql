-- Who is left out is numbered through its run, as deliveries are. A key on the contacts' ids, which come
-- in no order, cost a tenth of a freeze.
ALTER TABLE "run_left_out" ADD COLUMN "nth" integer;
UPDATE "run_left_out" o SET "nth" = n.nth
  FROM (SELECT run, contact_id, row_number() OVER (PARTITION BY run ORDER BY contact_id) AS nth FROM "run_left_out") n
 WHERE n.run = o.run AND n.contact_id = o.contact_id;
ALTER TABLE "run_left_out" DROP CONSTRAINT "run_left_out_pkey";
ALTER TABLE "run_left_out" ADD PRIMARY KEY ("run", "nth");
