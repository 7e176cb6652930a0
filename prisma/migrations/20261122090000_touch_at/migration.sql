-- Old visits are made nobody's by their date; rows lie in its order, so a few blocks' summaries suffice.
CREATE INDEX "touch_at_idx" ON "touch" USING brin ("at");
