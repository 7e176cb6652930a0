-- What the sealed journals tell of each fund, by day and kind of donor: the public's view of the books.
CREATE TABLE "fund_day" (
  "day" date NOT NULL,
  "account" text NOT NULL REFERENCES "ledger_account",
  -- Of who gave; empty where that is nobody in particular, and for what was paid out.
  "donor_kind" text NOT NULL,
  "given" bigint NOT NULL DEFAULT 0,
  "returned" bigint NOT NULL DEFAULT 0,
  "spent" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("day", "account", "donor_kind")
);
CREATE INDEX "fund_day_account_idx" ON "fund_day" ("account");
-- The last seal of a day.
CREATE INDEX "journal_seal_at_idx" ON "journal_seal" ("at", "number");

-- The kind of the donor that a journal tells of, by its subject; empty where nobody in particular gave.
CREATE FUNCTION donor_kind_of(subject text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  about text := split_part(subject, ':', 1);
  named text := split_part(subject, ':', 2);
  payment text;
  answer text;
BEGIN
  IF about = 'offline' THEN
    SELECT w.kind INTO answer FROM offline_gift g JOIN donor w ON w.id = g.donor_id WHERE g.id::text = named;
    RETURN coalesce(answer, '');
  ELSIF about = 'payment' THEN payment := named;
  ELSIF about = 'refund' THEN SELECT r.payment_id INTO payment FROM refund r WHERE r.gateway_id = named;
  ELSIF about = 'dispute' THEN SELECT r.payment_id INTO payment FROM dispute r WHERE r.id::text = named;
  END IF;
  SELECT w.kind INTO answer FROM donation d JOIN donor w ON w.id = d.donor_id WHERE d.payment_id = payment;
  RETURN coalesce(answer, '');
END $$;

-- Adds what a range of seals tells; the sealer calls it once for each range, in the transaction that seals it.
-- Other accounts (plan funds, deposits, what is in suspense) are no gifts.
CREATE FUNCTION count_sealed(first_number bigint, last_number bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO fund_day AS f (day, account, donor_kind, given, returned, spent)
  SELECT j.on_day, p.account, CASE WHEN j.kind = 'disbursement' THEN '' ELSE donor_kind_of(j.subject) END,
         coalesce(-sum(p.amount) FILTER (WHERE j.kind NOT IN ('refund', 'refund-failed', 'dispute', 'dispute-returned', 'reversal', 'disbursement')), 0),
         coalesce(sum(p.amount) FILTER (WHERE j.kind IN ('refund', 'refund-failed', 'dispute', 'dispute-returned', 'reversal')), 0),
         coalesce(sum(p.amount) FILTER (WHERE j.kind = 'disbursement'), 0)
    FROM journal_seal s JOIN journal j ON j.id = s.journal JOIN posting p ON p.journal = j.id
   WHERE s.number BETWEEN first_number AND last_number AND p.account ~ '^fund\.(general|project)\.'
   GROUP BY 1, 2, 3
  ON CONFLICT (day, account, donor_kind) DO UPDATE
    SET given = f.given + excluded.given, returned = f.returned + excluded.returned, spent = f.spent + excluded.spent
$$;
SELECT count_sealed(1, (SELECT max(number) FROM journal_seal));

-- What is paid out was raised all the same.
CREATE OR REPLACE FUNCTION count_raised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE goal g SET raised = g.raised - NEW.amount FROM ledger_account a
   WHERE a.code = NEW.account AND g.project_id = a.project
     AND (SELECT kind FROM journal WHERE id = NEW.journal) <> 'disbursement';
  RETURN NULL;
END $$;

-- A project whose counters were not what the books say, until they are again.
CREATE TABLE "counter_alarm" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "project_id" uuid NOT NULL REFERENCES "project",
  -- Paise and gifts, as they were counted and as the books have them.
  "counted_raised" bigint NOT NULL,
  "books_raised" bigint NOT NULL,
  "counted_gifts" integer NOT NULL,
  "books_gifts" integer NOT NULL,
  "raised_at" timestamptz(3) NOT NULL,
  "ended_at" timestamptz(3)
);
CREATE UNIQUE INDEX "counter_alarm_open_idx" ON "counter_alarm" ("project_id") WHERE "ended_at" IS NULL;
