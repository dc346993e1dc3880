import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import test from 'ava'
import { programArguments } from '../bench/program.ts'

test('npm run reeve starts the program', async (t) => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  const { stdout } = await promisify(execFile)(process.execPath, [...programArguments(), '--version'])
  t.is(stdout.trim(), version)
})
