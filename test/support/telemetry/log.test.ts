import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../../../src/sandbox/child.ts'
import { redact } from '../../../src/support/telemetry/redact.ts'

const LOG = fileURLToPath(new URL('../../../src/support/telemetry/log.ts', import.meta.url))

test('what is logged under the name of a secret is not shown, three levels deep', (t) => {
  const shown = '(secret)'
  const cases: readonly (readonly [before: Record<string, unknown>, after: Record<string, unknown>])[] = [
    [
      { token: 'x', user: 'me' },
      { token: shown, user: 'me' },
    ],
    [
      { headers: { authorization: 'x', Authorization: 'y' } },
      { headers: { authorization: shown, Authorization: shown } },
    ],
    [
      { object: { live: { data: { a: 'x' }, kind: 'Secret' } } },
      { object: { live: { data: shown, kind: 'Secret' } } },
    ],
    [
      { list: [{ password: 'x' }, { stringData: null }] },
      { list: [{ password: shown }, { stringData: shown }] },
    ],
    [{ a: { b: { c: { token: 'too deep' } } } }, { a: { b: { c: { token: 'too deep' } } } }],
  ]
  for (const [before, after] of cases) {
    const copy = structuredClone(before)
    t.deepEqual(redact(before), after)
    t.deepEqual(before, copy, 'what was logged stays as it is')
  }
})

test('fields without secrets are logged as they are', (t) => {
  const fields = { installation: 'acme', changes: [{ path: 'data.level', after: 'x' }], none: null, n: 1 }
  t.is(redact(fields), fields)
})

/** A program that logs, and how it ends. */
async function logged(ending: string): Promise<{ readonly lines: readonly string[]; readonly code: number }> {
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises'
    import { createLog } from ${JSON.stringify(LOG)}
    const log = await createLog({ level: 'info', format: 'json' })
    for (let n = 0; n < 3; n++) log.info({ n, token: 'secret' }, 'a line')
    log.debug({}, 'nobody asked for it')
    ${ending}`
  const { stderr, code } = await run([process.execPath, '--input-type=module-typescript'], [], {
    input: program,
  })
  return { lines: stderr.split('\n').filter((line) => line.startsWith('{')), code }
}

test('every line is told, however the program ends', async (t) => {
  const endings = [
    '',
    'process.exit(3)',
    'throw new Error("no")',
    'await sleep(500); process.kill(process.pid, "SIGKILL")',
  ]
  for (const ending of endings) {
    const { lines } = await logged(ending)
    t.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ level, n, token, msg }) => ({ level, n, token, msg })),
      [0, 1, 2].map((n) => ({ level: 'info', n, token: '(secret)', msg: 'a line' })),
      ending,
    )
  }
})
