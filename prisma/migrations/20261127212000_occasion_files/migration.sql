-- Files whose photograph or paper went. They are removed when nothing else names them.
CREATE TABLE "occasion_lost_file" (
    "file_hash" TEXT NOT NULL,

    CONSTRAINT "occasion_lost_file_pkey" PRIMARY KEY ("file_hash")
);

-- By triggers, because a page that goes takes its photographs along without anybody naming them.
CREATE FUNCTION note_lost_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO occasion_lost_file
  SELECT f->>'hash' FROM jsonb_array_elements(OLD.files) f
  UNION SELECT OLD.source WHERE OLD.source IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER "occasion_photo_lost" AFTER DELETE OR UPDATE OF files, source ON "occasion_photo"
  FOR EACH ROW EXECUTE FUNCTION note_lost_photo();

CREATE FUNCTION note_lost_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO occasion_lost_file VALUES (OLD.hash) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER "occasion_paper_lost" AFTER DELETE OR UPDATE OF hash ON "occasion_paper"
  FOR EACH ROW EXECUTE FUNCTION note_lost_paper();
