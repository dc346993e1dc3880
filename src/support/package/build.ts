import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { packageRoot } from './package-root.ts'

// npm run build
await bundle(join(packageRoot(), 'dist'))
