-- How long a video of the media library is.
ALTER TABLE "asset" ADD COLUMN "seconds" DOUBLE PRECISION;
