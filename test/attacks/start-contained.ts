import type { ExecutionContext } from 'ava'
import type { Fleet } from '../helpers/fleet.ts'
import { configFile, keyFile } from '../helpers/option-file.ts'
import { type ReeveProcess, startReeve } from '../helpers/reeve.ts'
import { AGE_KEY } from './derived-secrets.ts'

const PRELOAD = new URL('relatives/small-container.ts', import.meta.url).href
/** What V8 gives itself in a container of 512 MiB, as the image starts it. */
const HEAP = '--max-old-space-size=256 --max-semi-space-size=16'

/** `reeve run` as its Deployment has it run, for tenants `acme` and `neighbour`. @param config more of it */
export async function startContained(
  t: ExecutionContext,
  fleet: Fleet,
  config: object = {},
): Promise<ReeveProcess> {
  const allowedServiceAccounts = ['acme/acme', 'neighbour/neighbour']
  const flags = [
    ...(await keyFile(t, AGE_KEY)),
    ...(await configFile(t, { allowedServiceAccounts, ...config })),
  ]
  return startReeve(['run', ...fleet.options, '--interval', '1s', '--listen', 'none', ...flags], {
    NODE_OPTIONS: `${HEAP} --import ${PRELOAD}`,
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: '1048576',
    REEVE_SOURCE_ADDRESSES: undefined,
  })
}
