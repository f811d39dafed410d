// The page for an address that leads nowhere.

import { start } from '../start.ts';

await start(() => undefined);
