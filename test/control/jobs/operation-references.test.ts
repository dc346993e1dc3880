import test from 'ava'
import { resolveOperations } from '../../../src/control/jobs/operation-references.ts'
import { operationResult } from '../../../src/control/jobs/operation-result.ts'

const AT = '2026-12-01T03:00:07Z'
const records = [
  { name: 'backup', occasion: AT, last: { id: 'b-7', at: AT, size: 1024, where: 's3://backups/b-7' } },
  { name: 'never-ended', occasion: AT },
]

const CASES = [
  ['${operations.backup.last.id}', 'b-7'],
  [
    'pg_restore ${ operations.backup.last.where } (${operations.backup.last.size} bytes of ${operations.backup.last.at})',
    `pg_restore s3://backups/b-7 (1024 bytes of ${AT})`,
  ],
  ['$(BACKUP) ${values.other} ${operations.backup.id}', '$(BACKUP) ${values.other} ${operations.backup.id}'],
] as const

for (const [text, expected] of CASES)
  test(`references to what operations told: ${text}`, (t) => {
    const job = { template: { spec: { containers: [{ args: [text], env: [{ value: text }] }] } } }
    t.deepEqual(resolveOperations(job, records), {
      job: { template: { spec: { containers: [{ args: [expected], env: [{ value: expected }] }] } } },
    })
  })

for (const name of ['never-ended', 'other'])
  test(`what has not been told is missing: ${name}`, (t) => {
    const reference = `\${operations.${name}.last.id}`
    t.deepEqual(resolveOperations({ args: ['x', `--id=${reference}`] }, records), { missing: reference })
  })

const TOLD = [
  ['{"id": "b-8", "size": 5, "where": "s3://b"}', { id: 'b-8', at: AT, size: 5, where: 's3://b' }],
  [undefined, { id: 'job-1', at: AT }],
  ['done', { id: 'job-1', at: AT }],
  ['["b-8"]', { id: 'job-1', at: AT }],
  ['{"id": 8, "size": -1, "where": {}, "__proto__": {"id": "x"}}', { id: 'job-1', at: AT }],
  ['{"where": "s3://key:secret@host/b"}', { id: 'job-1', at: AT, where: 's3://host/b' }],
  ['{"id": "two\\nlines"}', { id: 'two lines', at: AT }],
] as const

for (const [message, expected] of TOLD)
  test(`what a container told: ${message}`, (t) => {
    t.deepEqual(operationResult(message, 'job-1', AT), expected)
  })
