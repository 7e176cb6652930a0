import type { Command } from 'commander';
import { measure } from '../../channels/measure.ts';
import { networks } from '../../channels/networks.ts';
import type { Network } from '../../channels/social.ts';
import { Refusal } from '../../src/errors.ts';
import { answer } from '../lib/cli.ts';

/** `wecare posts`: what is written for social networks. */
export default function posts(program: Command): void {
  program
    .command('posts')
    .description('what is written for social networks')
    .command('measure')
    .description('count texts as a network does; one JSON string on each line of the standard input')
    .requiredOption('--channel <network>', `one of ${Object.keys(networks).join(', ')}`)
    .option('--json', 'answer each line with one of JSON: {length, limit, valid}')
    .action(async (options: { channel: string; json?: boolean }) => {
      const network = networkOf(options.channel);
      for await (const text of textsIn(process.stdin)) {
        const is = measure(network, text);
        answer(options, is, () => `${is.length} of ${is.limit}: ${is.valid ? 'fits' : 'is not taken'}`);
      }
    });
}

/** @throws Refusal that names what there is */
function networkOf(name: string): Network {
  const network = Object.hasOwn(networks, name) ? networks[name as keyof typeof networks] : undefined;
  if (network) return network;
  throw new Refusal(
    `There is no network "${name}". --channel is one of ${Object.keys(networks).join(', ')}.`,
  );
}

/** @throws Refusal that names the line which holds no JSON string */
async function* textsIn(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  let number = 0;
  for await (const line of linesIn(input)) {
    number++;
    const text = parsed(line);
    if (typeof text !== 'string')
      throw new Refusal(`Line ${number} is not a JSON string. Write each text in quotes, such as "ഓണാശംസകൾ".`);
    yield text;
  }
}

/** By line feeds alone: a text may hold other ends of line (U+2028), at which readline would cut it. */
async function* linesIn(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
