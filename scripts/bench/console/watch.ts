import pg from 'pg';

/** A statement that was sent to the database. */
export interface Statement {
  text: string;
  values: unknown[];
}

/** Notes every statement of this process, Prisma's too, for as long as somebody listens. */
export interface Watch {
  /** Does something and gives what was asked of the database meanwhile. */
  during(work: () => Promise<unknown>): Promise<Statement[]>;
  end(): void;
}

/** Those that only frame others. */
const FRAME = /^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW)\b/i;

export function watchStatements(): Watch {
  const query = pg.Client.prototype.query;
  let noted: Statement[] | undefined;
  const watched = function (this: pg.Client, ...words: unknown[]) {
    const [first, second] = words as [string | Statement | undefined, unknown];
    const text = typeof first === 'string' ? first : first?.text;
    const values = typeof first === 'string' ? second : first?.values;
    if (text && !FRAME.test(text)) noted?.push({ text, values: Array.isArray(values) ? values : [] });
    return Reflect.apply(query, this, words);
  };
  pg.Client.prototype.query = watched as typeof query;
  return {
    async during(work) {
      const mine: Statement[] = [];
      noted = mine;
      await work();
      noted = undefined;
      return mine;
    },
    end() {
      pg.Client.prototype.query = query;
    },
  };
}
