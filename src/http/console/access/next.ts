/** Where somebody goes who has signed in and was on the way nowhere. */
export const HOME = '/console';

/** The page somebody was on the way to; only one of the console, so that no link of ours leads elsewhere. */
export function nextPath(wish: unknown): string {
  if (typeof wish !== 'string' || !/^\/console(?=$|[/?])/.test(wish) || wish.length > 1000) return HOME;
  const base = 'http://console.invalid';
  if (/[\\\p{Cc}]/u.test(wish) || !URL.canParse(wish, base)) return HOME;
  const { origin, pathname, search } = new URL(wish, base);
  const inside = origin === base && /^\/console(\/|$)/.test(pathname);
  return inside && !/^\/console\/sign-/.test(pathname) ? pathname + search : HOME;
}
