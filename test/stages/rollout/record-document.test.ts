import test from 'ava'
import type { GroupRecord } from '../../../src/stages/rollout/group-record.ts'
import { readRecordDocument, recordDocument } from '../../../src/stages/rollout/record-document.ts'

const record: GroupRecord = {
  at: { commit: 'a'.repeat(40), digest: 'd1', since: 1_700_000_000_000 },
  wellSince: 1_700_000_001_000,
  relapses: 0,
  proofs: [],
  rejected: [],
  moves: new Map(),
}

test('a record remembers the check that failed', (t) => {
  const failed = {
    ...record,
    failure: { name: 'smoke', check: '0123456789abcdef', reason: 'the Job failed' },
  }
  t.deepEqual(readRecordDocument(recordDocument(failed)), failed)
  t.deepEqual(readRecordDocument(recordDocument(record)), record)
})

test('a failure that says not which check failed is none', (t) => {
  const document = recordDocument(record)
  for (const failure of [
    'the Job failed',
    { reason: 'the Job failed' },
    { name: 'smoke', check: 1, reason: '' },
  ])
    t.deepEqual(readRecordDocument({ ...document, failure }), record)
})
