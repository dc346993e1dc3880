import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { type ControlPlane, startControlPlane } from '../../src/demo/control-plane.ts'
import { until } from '../helpers/until.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const kinds = [
  'chats.example.dev,configmaps,secrets,deployments,services,serviceaccounts,roles,rolebindings',
  'cronjobs,networkpolicies',
].join(',')

async function versions({ kubectl }: ControlPlane): Promise<string> {
  const path =
    '{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}'
  return (await kubectl(['get', kinds, '-A', '-o', `jsonpath=${path}`])).stdout
}

test('kubectl applies examples/fleet strictly and without a warning; a second time changes nothing', async (t) => {
  await using controlPlane = await startControlPlane()
  const { kubectl } = controlPlane
  const apply = (...more: readonly string[]) =>
    kubectl(['apply', '--validate=strict', '--recursive', `--filename=${examples}/fleet`, ...more])

  // kubectl needs namespaces and kinds before the rest; Reeve finds the order itself.
  await kubectl(['apply', `--filename=${examples}/fleet/platform/chat-crd.yaml`])
  await until('chats to be served', async () => (await kubectl(['get', 'chats', '-A'])).code === 0)
  await apply()
  const applied = await apply()
  t.like(applied, { code: 0, stderr: '' })
  t.is(applied.stdout.trim().split('\n').length, 17)

  const before = await versions(controlPlane)
  t.is((await apply()).code, 0)
  t.is(await versions(controlPlane), before)
  t.is(before.match(/^Chat /gm)?.length, 3)
})

test('every directory of examples/ is named in its README', async (t) => {
  const readme = await readFile(`${examples}/README.md`, 'utf8')
  for (const entry of await readdir(examples, { withFileTypes: true })) {
    if (entry.isDirectory()) t.true(readme.includes(`\n## ${entry.name}\n`), entry.name)
  }
  for (const name of await readdir(`${examples}/fleet`)) t.true(readme.includes(`| \`${name}`), name)
})
