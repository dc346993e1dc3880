import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import type { Finished } from '../../src/sandbox/child.ts'
import { type Bed, pathOf } from './bed.ts'
import { createNamespace, rawCreates } from './raw.ts'
import type { Measured } from './row-table.ts'
import { mean } from './statistics.ts'
import { items } from './workload.ts'

const NAMESPACE = 'kubectl'

/** The same manifests by kubectl: applied, applied again, compared. Plain creates before and after. */
export async function kubectlSteps(bed: Bed, objects: number): Promise<Measured> {
  const { api } = bed
  await createNamespace(api, NAMESPACE)
  const directory = await mkdtemp(join(tmpdir(), 'reeve-kubectl-'))
  try {
    await writeManifests(directory, objects)
    const before = await rawCreates(api, 'kubectl-before', objects)
    const apply = await seconds(bed, 'apply', directory)
    const after = await rawCreates(api, 'kubectl-after', objects)
    const again = await seconds(bed, 'apply', directory)
    const diff = await seconds(bed, 'diff', directory)
    const raw = mean([before.perSecond, after.perSecond])
    return {
      'kubectl-apply': objects / apply / raw,
      'kubectl-again': (again * 1000) / objects,
      'kubectl-diff': (diff * 1000) / objects,
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function writeManifests(directory: string, objects: number): Promise<void> {
  for (const [index, { object }] of items(NAMESPACE, objects, '1.0.0').entries()) {
    const file = join(directory, pathOf(index, object.metadata.name))
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, dump(object))
  }
}

async function seconds({ controlPlane }: Bed, command: 'apply' | 'diff', directory: string): Promise<number> {
  const start = performance.now()
  const { code, stderr }: Finished = await controlPlane.kubectl([command, '-R', '-f', directory])
  if (code !== 0) throw new Error(`kubectl ${command} ended with ${code}: ${stderr}`)
  return (performance.now() - start) / 1000
}
