import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { benchmark } from './benchmark.ts'
import { presentTable } from './present.ts'
import { readme } from './readme.ts'

const { values } = parseArgs({
  options: {
    objects: { type: 'string', multiple: true, default: ['1000', '10000'] },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    impersonate: { type: 'boolean', default: false },
  },
})
const { profile, impersonate } = values
const quick = { rounds: 1, samples: 3, idleSeconds: 2, openPulls: 5, restSeconds: 2, kubectlObjects: 10 }
const thorough = { samples: 15, idleSeconds: 60, openPulls: 50, restSeconds: 15 }
/** Above this many objects a round takes minutes: one has to do, and kubectl is left out. */
const MANY = 2_000
const KUBECTL_OBJECTS = 300
const sizes = values.quick ? [200] : values.objects.map(Number)
const tables: string[] = []
for (const objects of sizes) {
  const onProgress = (text: string) => void process.stderr.write(`${text}\n`)
  const measured = await benchmark({
    objects,
    ...(values.quick ? quick : { ...thorough, ...effort(objects) }),
    profile,
    impersonate,
    onProgress,
  })
  const table = presentTable(objects, measured)
  process.stdout.write(`${table}\n`)
  tables.push(table)
}
// Only what is complete, as users start it, and not slowed down by a profiler, is kept.
if (sizes.length === 2 && profile === undefined && !impersonate)
  await writeFile(new URL('README.md', import.meta.url), readme(tables))

function effort(objects: number) {
  if (objects > MANY) return { rounds: 1, kubectlObjects: 0 }
  return { rounds: 3, kubectlObjects: Math.min(objects, KUBECTL_OBJECTS) }
}
