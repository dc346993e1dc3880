import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../../../../src/sandbox/child.ts'
import { droppedZeros } from '../../../../src/stages/plan/schema/dropped-zeros.ts'

const MODULE = fileURLToPath(new URL('../../../control-plane', import.meta.url))

test("the fields whose zero values are dropped are those of Kubernetes' own Go types", async (t) => {
  t.timeout(600_000)
  const env = { ...process.env, CGO_ENABLED: '0' }
  const { code, stdout, stderr } = await run(['go', 'run', '-trimpath', './dropped-zeros'], [], {
    cwd: MODULE,
    env,
  })
  t.is(code, 0, stderr)
  t.deepEqual(JSON.parse(stdout), droppedZeros)
})
