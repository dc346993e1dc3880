import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { isWrite, readAuditLog } from '../../src/sandbox/audit-log.ts'

const event = (auditID: string, more: object = {}) => ({
  auditID,
  verb: 'get',
  requestURI: '/api/v1/namespaces',
  user: { username: 'admin' },
  requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  ...more,
})

async function read(text: string, filter = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-audit-'))
  try {
    await writeFile(join(directory, 'audit.log'), text)
    return await readAuditLog(join(directory, 'audit.log'), filter)
  } finally {
    await rm(directory, { recursive: true })
  }
}

const lines = (...events: object[]) => events.map((one) => `${JSON.stringify(one)}\n`).join('')

test('the stages of one request are one request', async (t) => {
  const log = lines(event('a'), event('b'), event('a', { responseStatus: { code: 200 } }))
  const requests = await read(log)
  t.deepEqual(
    requests.map(({ id, code }) => [id, code]),
    [
      ['a', 200],
      ['b', undefined],
    ],
  )
})

test('a line that is still being written is left for later', async (t) => {
  const requests = await read(`${lines(event('a'))}{"auditID":"b"`)
  t.deepEqual(
    requests.map(({ id }) => id),
    ['a'],
  )
})

test('a filter passes what fits all that it says', async (t) => {
  const log = lines(
    event('old', { requestReceivedTimestamp: '2025-12-31T00:00:00.000000Z', userAgent: 'reeve/1' }),
    event('other', { userAgent: 'kubectl/1' }),
    event('somebody', { userAgent: 'reeve/1', user: { username: 'somebody' } }),
    event('right', { userAgent: 'reeve/1' }),
  )
  const filter = { user: 'admin', userAgent: 'reeve/', since: new Date('2026-01-01T00:00:00Z') }
  const requests = await read(log, filter)
  t.deepEqual(
    requests.map(({ id }) => id),
    ['right'],
  )
})

test('a request writes where its verb does', async (t) => {
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
  const requests = await read(lines(...verbs.map((verb) => event(verb, { verb }))))
  t.deepEqual(
    requests.filter(isWrite).map(({ verb }) => verb),
    ['create', 'update', 'patch', 'delete', 'deletecollection'],
  )
})

test('an empty log has no requests', async (t) => {
  t.deepEqual(await read(''), [])
})
