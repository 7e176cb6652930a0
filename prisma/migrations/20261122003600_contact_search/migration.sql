-- Trusted since Postgres 13: an owner of the database may create it without being a superuser.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- How names are compared when they are searched; what is stored stays as it was written.
-- NFKC and lower case. Trigrams are made of what the server's ctype calls a letter, which under C is
-- ASCII alone, so each Malayalam letter becomes an ASCII one. Letters that are taken for each other (long
-- and short, aspirated and not, dental and retroflex n) share one. A chillu is its consonant; virama, ZWJ
-- and ZWNJ go: both encodings of a chillu, and of nta, become the same.
CREATE FUNCTION fold_text(written text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN translate(lower(normalize(written, NFKC)),
    E'\u0d15\u0d16\u0d7f\u0d17\u0d18\u0d19\u0d1a\u0d1b\u0d1c\u0d1d\u0d1e\u0d1f\u0d20\u0d21\u0d22\u0d23\u0d28\u0d7a\u0d7b\u0d24\u0d25\u0d26\u0d27\u0d2a\u0d2b\u0d2c\u0d2d\u0d2e\u0d02\u0d2f\u0d30\u0d31\u0d7c\u0d0b\u0d43\u0d32\u0d7d\u0d33\u0d34\u0d7e\u0d35\u0d36\u0d37\u0d38\u0d39\u0d03\u0d05\u0d06\u0d3e\u0d07\u0d08\u0d3f\u0d40\u0d09\u0d0a\u0d41\u0d42\u0d0e\u0d0f\u0d10\u0d46\u0d47\u0d48\u0d12\u0d13\u0d14\u0d4a\u0d4b\u0d4c\u0d57\u0d66\u0d67\u0d68\u0d69\u0d6a\u0d6b\u0d6c\u0d6d\u0d6e\u0d6f\u0d4d\u200c\u200d',
    'kkkggqccjjxttddnnnnwwffppbbmmyrrrrrllzzzvssshhaaaiiiiuuuueeeeeeooooooo0123456789');

ALTER TABLE "contact" ADD COLUMN "folded" text NOT NULL GENERATED ALWAYS AS (fold_text("name")) STORED;
CREATE INDEX "contact_folded_idx" ON "contact" USING gin ("folded" gin_trgm_ops);
CREATE INDEX "address_value_idx" ON "address" USING gin ("value" gin_trgm_ops);
