import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** Writes a configuration file of Reeve for one test; gives the flag that names it. */
export async function configFile(
  t: Pick<ExecutionContext<unknown>, 'teardown'>,
  config: object,
): Promise<readonly [flag: string, file: string]> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-config-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'reeve.yaml')
  await writeFile(file, JSON.stringify(config))
  return ['--config', file]
}
