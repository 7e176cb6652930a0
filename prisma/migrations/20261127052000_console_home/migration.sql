-- The console's first page shows the runs of a day, of the next days and the last ones.
CREATE INDEX IF NOT EXISTS "run_due_at_idx" ON "run"("due_at");
