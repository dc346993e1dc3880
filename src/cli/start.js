// Starts main.ts with its cache on: then no types are stripped but of what has changed, which saves
// half a second and 25 MiB. JavaScript, so that it is true of main.ts, too. The package's own start is main.js.
import { enableCompileCache } from 'node:module'

if (!process.env.NODE_V8_COVERAGE) enableCompileCache()
await import('./main.ts')
