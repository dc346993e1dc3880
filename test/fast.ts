import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { packageRoot } from '../src/support/package/package-root.ts'

const ROOT = packageRoot()
/** What a file of these reaches starts servers or programs. */
const SLOW = ['src/sandbox', 'src/adapters/engine', 'test/helpers/go-tool.ts', 'test/helpers/reeve.ts']
/** Tests that need none of that and take seconds all the same: they try many cases, or large ones. */
const LONG = [
  'attacks/merges',
  'stages/declare/dependencies',
  'stages/declare/fleet/contained',
  'stages/declare/harm-of-mixture',
  'stages/declare/yaml/fuzz',
  'stages/plan/merge/leave-properties',
  'stages/plan/merge/properties',
  'stages/render/too-large',
  'stages/render/values-schema',
  'stages/report/status-path',
  'stages/rollout/simulation',
].map((name) => `test/${name}.test.ts`)

// Runs the tests that need no more than this process.
const tests = await fastTests()
const ava = join(ROOT, 'node_modules/ava/entrypoints/cli.mjs')
// As threads: none of them starts processes, for which threads are bad.
const child = spawn(process.execPath, [ava, '--worker-threads', ...tests, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
})
const [code] = await once(child, 'exit')
process.exitCode = code ?? 1

async function fastTests(): Promise<readonly string[]> {
  const all = await readdir(join(ROOT, 'test'), { recursive: true })
  const tests = all.filter((path) => path.endsWith('.test.ts')).map((path) => join('test', path))
  const isFast = await Promise.all(
    tests.map(async (test) => !LONG.includes(test) && !(await reachesSlow(test))),
  )
  return tests.filter((_, index) => isFast[index]).sort()
}

async function reachesSlow(path: string, seen = new Set<string>()): Promise<boolean> {
  if (SLOW.some((slow) => path.startsWith(slow))) return true
  if (seen.has(path)) return false
  seen.add(path)
  const text = await readFile(join(ROOT, path), 'utf8')
  for (const [, target = ''] of text.matchAll(/(?:\bfrom|\bimport\(|new URL\() ?'(\.[^']*\.ts)'/g))
    if (await reachesSlow(relative(ROOT, resolve(ROOT, dirname(path), target)), seen)) return true
  return false
}
