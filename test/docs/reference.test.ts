import { readFile } from 'node:fs/promises'
import test from 'ava'
import { referencePages } from './reference.ts'

for (const [name, text] of await referencePages()) {
  test(`docs/reference/${name} is what npm run docs writes`, async (t) => {
    t.is(await readFile(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8'), text)
  })
}
