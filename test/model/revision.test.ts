import test from 'ava'
import {
  describeRevision,
  type Revision,
  readRevision,
  revisionAt,
  revisionDocument,
} from '../../src/model/revision.ts'

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)]

const revisions: readonly (readonly [Revision, unknown, string])[] = [
  [revisionAt(a), a, 'aaaaaaaaaaaa'],
  [
    { own: a, inherited: b, group: 'production' },
    { own: a, inherited: b, group: 'production' },
    'aaaaaaaaaaaa with production at bbbbbbbbbbbb',
  ],
  [{ own: a, inherited: b }, { own: a, inherited: b }, 'aaaaaaaaaaaa with its groups at bbbbbbbbbbbb'],
  [
    { own: a, inherited: a, group: 'early' },
    { own: a, inherited: a, group: 'early' },
    'aaaaaaaaaaaa with early at aaaaaaaaaaaa',
  ],
]

for (const [revision, document, text] of revisions)
  test(`a revision is written, read and described: ${text}`, (t) => {
    t.deepEqual(revisionDocument(revision), document)
    t.deepEqual(readRevision(document), revision)
    t.is(describeRevision(revision), text)
  })

for (const value of ['', 'main', 'abc', a.toUpperCase(), ` ${a}`, `${a}\n`, 7, null, [a], {}, { own: a }])
  test(`${JSON.stringify(value)} is no revision`, (t) => {
    t.is(readRevision(value), undefined)
  })
