import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

type Test = Pick<ExecutionContext<unknown>, 'teardown'>

/** Writes a configuration file of Reeve for one test; gives the flag that names it. */
export function configFile(t: Test, config: object): Promise<readonly [flag: string, file: string]> {
  return optionFile(t, '--config', JSON.stringify(config))
}

/** Writes a file of an age key for one test; gives the flag that names it. */
export function keyFile(t: Test, key: string): Promise<readonly [flag: string, file: string]> {
  return optionFile(t, '--age-key-file', key)
}

export async function optionFile(
  t: Test,
  flag: string,
  text: string,
): Promise<readonly [flag: string, file: string]> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-option-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'file')
  await writeFile(file, text)
  return [flag, file]
}
