-- As before, but only the runs that any span reaches are looked through: the longest is 91 days. Each address is looked up in each run by itself (it is there once at most): joined as a whole,
-- every delivery there is was read, because which runs are meant is not known when that is planned.
CREATE OR REPLACE FUNCTION contacts_at_rest(for_channel text, moment timestamptz, transactional text, but_run bigint)
  RETURNS TABLE (contact_id uuid, reason text) LANGUAGE sql STABLE AS $$
  WITH lately AS MATERIALIZED (
    SELECT r.id, r.started_at, r.ended_at FROM run r
     WHERE r.id <> but_run AND r.channel = for_channel AND r.purpose <> transactional AND r.started_at IS NOT NULL
       AND (r.ended_at IS NULL OR r.ended_at > moment - frequency_span('quarterly'))
     ORDER BY r.id DESC
  )
  SELECT c.id, 'paused' FROM contact c WHERE c.paused_until > moment
  UNION ALL
  SELECT c.id, 'wants fewer' FROM contact c
   WHERE c.frequency IS NOT NULL AND (c.paused_until IS NULL OR c.paused_until <= moment)
     AND EXISTS (
       SELECT FROM address a, lately r, LATERAL (
         SELECT d.state, d.at FROM delivery d WHERE d.run = r.id AND d.address_hash = a.hash LIMIT 1) d
        WHERE a.contact_id = c.id AND a.channel = for_channel
          AND (r.ended_at IS NULL OR r.ended_at > moment - frequency_span(c.frequency))
          AND coalesce(d.at, r.started_at) > moment - frequency_span(c.frequency)
          AND d.state NOT IN ('failed', 'bounced', 'skipped', 'cancelled'))
$$;
