/**
 * SQL for what became of a run's posts on networks, which no counter of deliveries knows.
 * @param run an expression for the run's id
 */
export const publishedOf = (run: string): string =>
  `SELECT count(*) FILTER (WHERE p.state = 'published')::int AS published,
          count(*) FILTER (WHERE p.state = 'failed')::int AS failed,
          count(*) FILTER (WHERE p.state = 'unknown')::int AS unknown
     FROM publication p WHERE p.run = ${run}`;
