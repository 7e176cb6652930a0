-- Counts of rate limits that hold across processes. The names of its columns are those that
-- rate-limiter-flexible writes; a key is a keyed hash, never an address.
CREATE TABLE "rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);
