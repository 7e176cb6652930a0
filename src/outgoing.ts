import type { Config } from './config.ts';

/** Nobody reaches this computer by way of another one. */
const OURSELVES = ['localhost', '127.0.0.1', '[::1]'];

type Proxies = Pick<Config, 'HTTP_PROXY' | 'HTTPS_PROXY' | 'NO_PROXY'>;

/**
 * Sends every `fetch` of this process through the proxies of the settings, once for all; Node of itself
 * heeds them only from version 24 on, and only when told. An http address is asked of the proxy in full,
 * an https one through a tunnel (RFC 9110 section 9.3.6). Mail does not go this way: it has its relay.
 */
export async function useProxies(proxies: Proxies): Promise<void> {
  const { HTTP_PROXY, HTTPS_PROXY, NO_PROXY } = proxies;
  if (!goesThroughProxy(proxies)) return;
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici'); // twenty megabytes
  setGlobalDispatcher(
    new EnvHttpProxyAgent({
      noProxy: [...OURSELVES, ...(NO_PROXY ? [NO_PROXY] : [])].join(','),
      ...(HTTP_PROXY && { httpProxy: HTTP_PROXY }),
      ...(HTTPS_PROXY && { httpsProxy: HTTPS_PROXY }),
      proxyTunnel: false,
    }),
  );
}

/** Whether anything is asked through a proxy; `NO_PROXY=*` means that nothing is. */
export const goesThroughProxy = ({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Proxies): boolean =>
  Boolean(HTTP_PROXY || HTTPS_PROXY) && NO_PROXY?.trim() !== '*';
