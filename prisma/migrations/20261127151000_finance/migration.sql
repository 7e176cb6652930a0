-- Months that are closed, in their order. What is told later is posted on the first open day and says of which day it is.
CREATE TABLE "period" (
  "month" date PRIMARY KEY CHECK (extract(day FROM "month") = 1),
  "closed_at" timestamptz(3) NOT NULL,
  "closed_by" text NOT NULL
);
CREATE TRIGGER period_is_append_only BEFORE UPDATE OR DELETE ON "period" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_is_never_emptied BEFORE TRUNCATE ON "period" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The true day of what came too late for its month.
ALTER TABLE "journal" ADD COLUMN "of_day" date CHECK ("of_day" < "on_day");
CREATE FUNCTION first_open_day() RETURNS date LANGUAGE sql STABLE AS
  $$ SELECT (max("month") + interval '1 month')::date FROM "period" $$;
CREATE FUNCTION refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.on_day < first_open_day() THEN
    RAISE EXCEPTION 'The books of % are closed', to_char(NEW.on_day, 'YYYY-MM') USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_is_of_an_open_day BEFORE INSERT ON "journal" FOR EACH ROW EXECUTE FUNCTION refuse_closed();

-- Foreign money never comes as cash or through the Treasury.
INSERT INTO "ledger_account" ("code", "kind", "stream") VALUES
  ('cash.domestic', 'asset', 'domestic'), ('treasury.domestic', 'asset', 'domestic'),
  ('other.domestic', 'liability', 'domestic'), ('other.fcra', 'liability', 'fcra');

-- A gift that came without the gateway, as finance entered it.
CREATE TABLE "offline_gift" (
  "id" uuid PRIMARY KEY,
  "kind" text NOT NULL CHECK ("kind" IN ('cheque', 'cash', 'bank', 'mobile', 'treasury', 'wire', 'box', 'coupon', 'goods')),
  "stream" text NOT NULL CHECK ("stream" IN ('domestic', 'fcra')),
  "fund" text NOT NULL REFERENCES "ledger_account",
  "donor_id" uuid NOT NULL REFERENCES "donor",
  -- Paise; of goods the value in the register, which is no money.
  "amount" bigint NOT NULL CHECK ("amount" > 0),
  -- Of India's calendar: when it was handed over, and when it counted.
  "day" date NOT NULL,
  "counted_on" date,
  "reference" text,
  -- What the paper says, sealed.
  "details" bytea NOT NULL,
  "mails_receipt" boolean NOT NULL DEFAULT false,
  "state" text NOT NULL CHECK ("state" IN ('waiting', 'counted', 'registered', 'bounced', 'reversed')),
  "donation_id" uuid UNIQUE REFERENCES "donation",
  "form_key" text NOT NULL UNIQUE,
  "entered_by" text NOT NULL,
  "entered_at" timestamptz(3) NOT NULL,
  -- Somebody says it is wrong; somebody else looks.
  "doubt" text,
  "doubted_by" text,
  "doubted_at" timestamptz(3),
  "ended_on" date,
  "ended_by" text,
  -- The entry that it takes the place of.
  "replaces" uuid REFERENCES "offline_gift",
  CHECK (("kind" = 'wire') = ("stream" = 'fcra')),
  CHECK ("kind" <> 'goods' OR "donation_id" IS NULL),
  CHECK (("donation_id" IS NULL) = ("counted_on" IS NULL))
);
CREATE INDEX "offline_gift_entered_idx" ON "offline_gift" ("entered_at" DESC, "id");
CREATE INDEX "offline_gift_donor_idx" ON "offline_gift" ("donor_id");
CREATE INDEX "offline_gift_amount_idx" ON "offline_gift" ("amount", "day");
CREATE INDEX "donor_phone_idx" ON "donor" ("phone");

-- Coupons and stamps. A serial stands in one range of numbers over all series, so that Postgres alone refuses a second sale.
CREATE TABLE "coupon_series" (
  "number" smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "code" text NOT NULL UNIQUE,
  "kind" text NOT NULL CHECK ("kind" IN ('coupon', 'stamp')),
  "value" bigint NOT NULL CHECK ("value" > 0),
  "fund" text NOT NULL REFERENCES "ledger_account",
  "made_at" timestamptz(3) NOT NULL
);
CREATE TABLE "coupon_book" (
  "id" uuid PRIMARY KEY,
  "series" smallint NOT NULL REFERENCES "coupon_series",
  "first" bigint NOT NULL CHECK ("first" BETWEEN 1 AND 999999999),
  "last" bigint NOT NULL CHECK ("last" BETWEEN "first" AND 999999999),
  "spot" int8range GENERATED ALWAYS AS (int8range("series" * 10000000000 + "first", "series" * 10000000000 + "last" + 1)) STORED,
  -- Who has it, sealed.
  "holder" bytea NOT NULL,
  "issued_on" date NOT NULL,
  "issued_by" text NOT NULL,
  "returned_on" date,
  CONSTRAINT "coupon_book_is_out_once" EXCLUDE USING gist ("spot" WITH &&) WHERE ("returned_on" IS NULL)
);
CREATE TABLE "coupon_sale" (
  "gift_id" uuid PRIMARY KEY REFERENCES "offline_gift",
  "book_id" uuid NOT NULL REFERENCES "coupon_book",
  "series" smallint NOT NULL REFERENCES "coupon_series",
  "first" bigint NOT NULL,
  "last" bigint NOT NULL CHECK ("last" >= "first"),
  "spot" int8range GENERATED ALWAYS AS (int8range("series" * 10000000000 + "first", "series" * 10000000000 + "last" + 1)) STORED,
  "void" boolean NOT NULL DEFAULT false,
  CONSTRAINT "coupon_is_sold_once" EXCLUDE USING gist ("spot" WITH &&) WHERE (NOT "void")
);
CREATE INDEX "coupon_sale_book_idx" ON "coupon_sale" ("book_id");

-- Offices that sign for money, by who is in charge and from when.
CREATE TABLE "office_charge" (
  "id" uuid PRIMARY KEY,
  "office" text NOT NULL CHECK ("office" IN ('secretary', 'director', 'finance-officer')),
  "user_id" uuid NOT NULL REFERENCES "app_user",
  "since" date NOT NULL,
  -- The last day of the charge.
  "until" date CHECK ("until" >= "since"),
  "given_by" text NOT NULL,
  CONSTRAINT "office_has_one_holder" EXCLUDE USING gist (
    int8range((CASE "office" WHEN 'secretary' THEN 1 WHEN 'director' THEN 2 ELSE 3 END) * 10000000::bigint + ("since" - DATE '2000-01-01'),
              (CASE "office" WHEN 'secretary' THEN 1 WHEN 'director' THEN 2 ELSE 3 END) * 10000000::bigint + (coalesce("until", DATE '9999-12-31') - DATE '2000-01-01') + 1) WITH &&)
);

CREATE TABLE "disbursement" (
  "id" uuid PRIMARY KEY,
  "stream" text NOT NULL CHECK ("stream" IN ('domestic', 'fcra')),
  "fund" text NOT NULL REFERENCES "ledger_account",
  "amount" bigint NOT NULL CHECK ("amount" > 0),
  "payee_kind" text NOT NULL CHECK ("payee_kind" IN ('person', 'organisation')),
  -- Name and bank account, sealed, and what tells equal payees.
  "payee" bytea NOT NULL,
  "payee_index" bytea NOT NULL,
  "purpose" text NOT NULL,
  "about" text NOT NULL,
  "document" text NOT NULL,
  -- Together with others to this payee it passes the limit.
  "split" boolean NOT NULL,
  "higher" boolean NOT NULL,
  "day" date NOT NULL,
  "state" text NOT NULL CHECK ("state" IN ('open', 'paid', 'withdrawn')),
  "form_key" text NOT NULL UNIQUE,
  "entered_by" text NOT NULL,
  "entered_at" timestamptz(3) NOT NULL,
  "utr" text,
  "paid_on" date,
  "ended_by" text,
  CHECK (NOT ("stream" = 'fcra' AND "payee_kind" = 'organisation')),
  CHECK (("state" = 'paid') = ("paid_on" IS NOT NULL AND "utr" IS NOT NULL))
);
CREATE INDEX "disbursement_payee_idx" ON "disbursement" ("payee_index", "day");
CREATE INDEX "disbursement_fund_idx" ON "disbursement" ("fund", "state");
CREATE TABLE "disbursement_signature" (
  "disbursement_id" uuid NOT NULL REFERENCES "disbursement",
  "office" text NOT NULL,
  "user_id" uuid NOT NULL REFERENCES "app_user",
  "session_id" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("disbursement_id", "office"),
  -- Nobody signs for two offices, and no sign-in serves for two.
  UNIQUE ("disbursement_id", "user_id"),
  UNIQUE ("disbursement_id", "session_id")
);
CREATE TRIGGER disbursement_signature_is_append_only BEFORE UPDATE OR DELETE ON "disbursement_signature" FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Statements of the bank. A draft holds the file until somebody has looked at it.
CREATE TABLE "bank_import" (
  "id" uuid PRIMARY KEY,
  "stream" text NOT NULL CHECK ("stream" IN ('domestic', 'fcra')),
  "file_name" text NOT NULL,
  "content" bytea,
  "columns" jsonb NOT NULL,
  "lines" integer NOT NULL DEFAULT 0,
  "made_by" text NOT NULL,
  "made_at" timestamptz(3) NOT NULL,
  "taken_at" timestamptz(3)
);
CREATE TABLE "bank_line" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "import_id" uuid NOT NULL REFERENCES "bank_import",
  "stream" text NOT NULL CHECK ("stream" IN ('domestic', 'fcra')),
  -- Keyed, over day, amount, words, balance and which of equal ones it is.
  "hash" bytea NOT NULL,
  "day" date NOT NULL,
  -- Paise; what came is positive, what went negative.
  "amount" bigint NOT NULL CHECK ("amount" <> 0),
  "balance" bigint,
  "reference" text,
  -- What the bank wrote, and what a person noted; sealed.
  "words" bytea NOT NULL,
  "note" bytea,
  -- gift | settlement | disbursement | other | deposit; null while it is open.
  "matched_kind" text,
  "matched_id" text,
  "matched_by" text,
  "matched_at" timestamptz(3),
  UNIQUE ("stream", "hash"),
  CHECK (("matched_kind" IS NULL) = ("matched_at" IS NULL))
);
CREATE UNIQUE INDEX "bank_line_matched_idx" ON "bank_line" ("matched_kind", "matched_id") WHERE "matched_id" IS NOT NULL;
CREATE INDEX "bank_line_open_idx" ON "bank_line" ("stream", "day") WHERE "matched_kind" IS NULL;
