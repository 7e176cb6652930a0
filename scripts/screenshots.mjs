import { launch } from './lib/launch.mjs';

await launch('scripts/screenshots.ts');
